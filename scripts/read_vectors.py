"""An independent reader of vectors: computes every answer from the files of law in plain Python, without the program.

    repairflow vectors export > vectors.json
    python scripts/read_vectors.py vectors.json workflows

Prints each case whose answer differs from the expected one; ends with 1 when there is one. It imports the standard
library alone, so that whoever doubts the program can check it against these lines.
"""

from __future__ import annotations

import json
import sys
import tomllib
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

DAY = timedelta(days=1)
STATUTORY = {  # days off by 国务院令第795号 in a year whose arrangement is not published yet: 2027, by the almanac
    date(2027, month, day)
    for month, day in (
        (1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (6, 9), (9, 15), (10, 1), (10, 2), (10, 3)
    )
}  # fmt: skip
CLASSES = {"minor": "轻微", "ordinary": "一般", "serious": "严重"}
TABLES = {
    "公示期": "period", "处罚类别": "penalty", "救济": "remedy", "先申请复议": "review_first", "期间": "term", "措施": "measure",
    "名单": "list_kind", "名单的改动": "list_change", "失信行为": "behaviour", "分级措施": "ladder", "上限": "limit",
    "承诺书": "commitments", "开关": "switch", "各签署人的承诺书": "commitment_by",
}  # fmt: skip
KEYS = {
    "basis": "条文", "where_basis": "另行途径的条文", "untold_basis": "未告知的条文", "extension_basis": "延长的条文",
    "where_to_go": "另行途径", "on_the_spot": "当场处罚的另行途径", "denies": "不符合的条件", "severity": "失信程度", "lists": "名单",
    "measures": "措施", "removal": "移出条件", "after": "此前的措施", "force": "力度", "verified": "核对", "cite": "文件",
    "article": "条", "valid_to": "失效日期", "keeps": "可以使用的名单", "said_in": "说明", "public": "公开",
}  # fmt: skip
OF_A_PACK = ("keeps", "said_in", "repair_at", "commitment_version", "field", "over")


def read(folder):
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


class Law:
    """The files of one folder of law, as dictionaries."""

    def __init__(self, folder):
        self.procedures = list(read(folder / "procedures").values())
        self.overlays = list(read(folder / "overlays").values())
        self.packs = {pack["pack"]: pack for pack in read(folder / "packs").values()}
        self.articles = {
            f"{act['statute']}.{key}": {
                "cite": f"《{act['name']}》" + (f"（{act['number']}）" if act.get("number") else ""),
                "article": article["article"],
            }
            for act in read(folder / "statutes").values()
            for key, article in act["article"].items()
        }
        self.off, self.work = set(STATUTORY), set()
        for year in read(folder / "calendars").values():
            self.off = {day for day in self.off if day.year != year["year"]}
            for holiday in year.get("holiday", []):
                day = holiday["from"]
                while day <= holiday["to"]:
                    self.off.add(day)
                    day += DAY
                self.work |= set(holiday.get("work", []))

    # days

    def works(self, day):
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def working(self, start, count):
        day = start
        while count:
            day += DAY
            count -= self.works(day)
        return day

    def rolled(self, day):
        while not self.works(day):
            day += DAY
        return day

    def last(self, start, length, moves):
        """The last day of a length that begins on `start`."""
        if "working" in length:
            return self.working(start, length["working"])
        if "calendar" in length:
            day = start + DAY * length["calendar"]
        else:
            months = start.year * 12 + start.month - 1 + length.get("months", 0) + 12 * length.get("years", 0)
            year, month = divmod(months, 12)
            day = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        return self.rolled(day) if moves else day

    # which file

    def procedure(self, facts, day):
        name = next(p["procedure"] for p in self.procedures if p["label"] == facts["程序"])
        base = next(p for p in self.procedures if p["procedure"] == name and covers(p, day))
        place, found = facts.get("地区", ""), []
        first = next((p["procedure"] for p in self.procedures if p["label"] == facts.get("原办件")), "")
        for over in self.overlays:
            fits = (
                over["base"] == name
                and over["base_version"] == base["version"]
                and covers(over, day)
                and over.get("sector", facts.get("领域", "general")) == facts.get("领域", "general")
                and over.get("office", facts.get("单位", "")) == facts.get("单位", "")
                and place.startswith(over.get("jurisdiction", "").rstrip("0"))
                and (not over.get("levels") or level_of(place) in over["levels"])
                and (not over.get("first_case") or first in over["first_case"])
            )
            if fits:
                found.append(("office" in over, "sector" in over, len(over.get("jurisdiction", "").rstrip("0")), over))
        return laid_over(base, max(found, key=lambda one: one[:3])[3]) if found else base

    def pack(self, facts, day):
        for domain in (facts.get("领域", "general"), "general"):
            for pack in self.packs.values():
                if pack["domain"] == domain and covers(pack, day):
                    base = self.packs.get(pack.get("over"), {})
                    whole = {
                        key: {**base.get(key, {}), **pack[key]}
                        if isinstance(pack.get(key), dict)
                        else pack.get(key, base.get(key))
                        for key in {**base, **pack}
                    }
                    for code, change in pack.get("list_change", {}).items():
                        whole["list_kind"] = {**whole["list_kind"], code: {**base["list_kind"][code], **change}}
                    return whole
        raise LookupError(f"no pack on {day}")

    def cites(self, names, bases):
        known = {**self.articles, **bases}
        return [known[name]["cite"] + known[name].get("article", "") for name in dict.fromkeys(names) if name in known]

    # answers

    def answers(self, facts):
        day = date.fromisoformat(facts["日期"])
        start = date.fromisoformat(facts.get("起算日", facts["日期"]))
        if "处罚类别" in facts:
            return self.penalty(facts, self.pack(facts, day), day)
        if "规则" in facts:
            return self.figure(facts["规则"], self.pack(facts, day), start)
        if "条目" in facts and "程序" not in facts:
            return self.entries(facts["条目"], self.pack(facts, day))
        procedure = self.procedure(facts, day)
        if "条目" in facts:
            return self.bases(procedure["basis"])
        if "步骤" in facts:
            if facts["步骤"] == "提出":
                return self.filing(procedure)
            pack = self.pack(facts, day)
            denied = self.denied(facts, procedure, pack) if "事由" in facts else {}
            return {**self.step(facts["步骤"], procedure, pack, day), **denied}
        return self.limit(facts, procedure, start)

    def limit(self, facts, procedure, start):
        (name,) = (n for n, clock in procedure["clock"].items() if clock["label"] == facts["期限"])
        clock = procedure["clock"][name]
        basis, length = clock["basis"], {k: v for k, v in clock.get("days", {}).items() if k != "input"}
        if facts.get("延长"):
            action = next(a for a in procedure["action"].values() if a.get("extends", {}).get("clock") == name)
            length = {unit: n + action["extends"].get(unit, 0) for unit, n in length.items()}
            basis = action["basis"]
        return {
            **({"届满日": self.last(start, length, True).isoformat()} if length else {}),
            "提前提醒": clock.get("remind", []),
            "条文": self.cites(basis, procedure["basis"]),
            "版本": procedure["version"],
        }

    def filing(self, procedure):
        return {
            "数字": numbers(procedure.get("filing_guards", [])),
            "提出人": [procedure["actor"][role] for role in procedure.get("filed_by", [])],
            "种类": list(procedure.get("kinds", {}).values()),
            "材料": [one["label"] for one in procedure.get("material", {}).values() if one.get("filed", True)],
            "版本": procedure["version"],
        }

    def step(self, label, procedure, pack, day):
        life = next(p for p in self.procedures if p["procedure"] == "record" and covers(p, day))["action"]
        (action,) = (a for a in procedure["action"].values() if a["label"] == label)
        bounds = [
            item[key] for item in action.get("inputs", {}).values() for key in ("minimum", "maximum") if key in item
        ]
        of_lists = [one for names in action.get("list_basis", {}).values() for one in names]
        return {
            "结果": procedure["state"][action["to"]]["label"] if "to" in action else "",
            "数字": numbers(action.get("guards", [])) + bounds,
            "条文": self.cites([*action["basis"], *of_lists], procedure["basis"]),
            "效果": [life[one]["label"] for one in action.get("effects", []) if one in life],
            "救济": [pack["remedy"][one]["label"] for one in action.get("remedy", []) if one in pack["remedy"]],
            "办理人": [procedure["actor"][role] for role in action["by"]],
        }

    def denied(self, facts, procedure, pack):
        (name,) = (n for n, action in procedure["action"].items() if action["label"] == facts["步骤"])
        about = f"{procedure['procedure']}_"
        grounds = pack["lists"][f"{about}{name}_grounds"].values()
        (ground,) = (one for one in grounds if one["label"] == facts["事由"])
        return {"不符合的条件": [pack["lists"][f"{about}conditions"][code]["label"] for code in ground["denies"]]}

    def figure(self, name, pack, start):
        sort, what, part = (*name.split("."), "")[:3]
        table = {"上限": "limit", "救济": "remedy", "期间": "term", "措施": "measure", "名单": "list_kind"}[sort]
        key = {"期限": "days" if sort == "上限" else "limit", "延长": "extension", "复议后": "after_review", "未告知": "untold",
               "考评": "review",
               "最短": "minimum", "最长": "maximum", "此前": "clean"}.get(part, "term" if sort == "措施" else "days")  # fmt: skip
        entry = pack[table][what] if sort == "上限" else next(e for e in pack[table].values() if e["label"] == what)
        basis = entry[{"未告知": "untold_basis", "延长": "extension_basis"}.get(part, "basis")]
        return {
            "届满日": self.last(
                start, entry[key], sort == "救济" or (sort == "期间" and what.endswith("的期限"))
            ).isoformat(),
            "条文": self.cites(basis, pack["basis"]),
        }

    def entries(self, asked, pack):
        """What a table of a pack says of each entry, key by key."""
        if asked == "依据":
            return self.bases({**self.articles, **pack["basis"]})
        if asked == "规则包":
            told = {KEYS.get(key, key): pack.get(key) for key in OF_A_PACK if pack.get(key)}
            return {name: value if isinstance(value, list) else [value] for name, value in told.items()}
        table = pack["lists"][asked.removeprefix("清单.")] if asked.startswith("清单.") else pack[TABLES[asked]]
        found = {}
        for code, one in table.items():
            if not isinstance(one, dict):
                found[code] = [said(one)]
                continue
            cited = {key: self.cites(value, pack["basis"]) for key, value in one.items() if key.endswith("basis")}
            written = sorted({**one, **cited}.items())
            found[one.get("label", code)] = [
                f"{KEYS.get(key, key)}：{said(v)}" for key, v in written if key not in ("label", "text")
            ]
        return found

    def bases(self, known):
        return {
            code: [
                f"{KEYS[key]}：{said(one[key])}" for key in ("cite", "article", "verified", "valid_to") if key in one
            ]
            for code, one in known.items()
        }

    def penalty(self, facts, pack, day):
        kinds = {code: kind for code, kind in pack["penalty"].items() if kind["label"] in facts["处罚类别"]}
        fine = facts.get("罚款万元")
        if facts.get("简易程序"):
            low = high = "minor"
        else:
            spans = [span(kind, fine) for kind in kinds.values()]
            low, high = (max(side, key=list(CLASSES).index) for side in zip(*spans, strict=True))
        period = pack["period"][low]
        first = day
        if "minimum" in period:
            first = self.last(day, period["minimum"], False) + DAY * pack["switch"].get("apply_on_next_day", True)
        spot = pack["simple_procedure"]
        return {
            "失信程度": CLASSES[low],
            "暂定": low != high,
            "公示": period.get("published", True),
            "申请起日": first.isoformat(),
            "公示届满日": self.last(day, period["maximum"], False).isoformat(),
            "条文": self.cites([one for kind in kinds.values() for one in kind["basis"]], pack["basis"]),
            "可以当场决定": set(kinds) <= set(spot["kinds"])
            and (fine or 0) <= spot["person_wan" if facts.get("公民") else "others_wan"],
        }


def said(value):
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "、".join(f"{key} {said(one)}" for key, one in value.items() if key != "text")
    if isinstance(value, list):
        return "、".join(map(said, value))
    return str(value)


def level_of(place):
    """Which offices a code of a division stands for."""
    return "province" if place.endswith("0000") else "city" if place.endswith("00") else "county"


def covers(file, day):
    return file["effective"] <= day and ("until" not in file or day < file["until"])


def laid_over(base, over):
    """A base procedure as a local file changes it, as far as limits and steps go."""
    clocks, actions = dict(base["clock"]), dict(base["action"])
    for name, clock in over.get("clock", {}).items():
        clocks[name] = {**clocks.get(name, {}), **clock}
    for name, action in over.get("action", {}).items():
        more = list(dict.fromkeys([*action.get("basis", []), *actions[name]["basis"]]))
        actions[name] = {**actions[name], **action, **({} if "extends" in action else {"basis": more})}
    for name in over.get("without_extension", []):
        del actions[name]
    if "mark_on_receipt" in over:
        actions = marked(actions, base, over["mark_on_receipt"])
    material = {**base.get("material", {}), **over.get("material", {})}
    actor = {**base["actor"], **over.get("actor", {})}
    basis = {**base["basis"], **over.get("basis", {})}
    states = {name: {**state, **over.get("state", {}).get(name, {})} for name, state in base["state"].items()}
    changed = {
        "clock": clocks,
        "action": actions,
        "basis": basis,
        "state": states,
        "material": material,
        "actor": actor,
    }
    return {**base, "version": over["version"], **changed}


def marked(actions, base, basis):
    """The steps where the mark of a dispute is set on receipt, and taken back at every end."""
    found = {"mark": {"label": "收到即加注异议标注", "by": ["system"], "effects": ["mark_disputed"], "basis": [basis]}}
    for name, action in actions.items():
        effects = [one for one in action.get("effects", []) if one != "mark_disputed"]
        if "outcome" in base["state"].get(action.get("to"), {}) and "unmark_disputed" not in effects:
            effects.append("unmark_disputed")
        found[name] = {**action, "effects": effects}
    return found


def numbers(guards):
    found = [value for guard in guards if isinstance(guard, dict) for value in guard.values()]
    return [value for value in found if isinstance(value, int) and not isinstance(value, bool)]


def span(kind, fine):
    """The gentlest and the gravest class of one kind of penalty."""
    low, high = kind.get("minor_below_wan"), kind.get("serious_from_wan")
    by_amount, middle = kind.get("by_amount", False), kind["severity"]
    if fine is None:
        return ("minor", "serious") if by_amount else (middle, middle)
    if high is not None and fine >= high:
        return "serious", "serious"
    if low is not None and fine < low:
        return "minor", "minor"
    if not by_amount:
        return middle, middle
    return ("minor" if low is None else middle), ("serious" if high is None else middle)


def differences(law, cases):
    for case in cases:
        found = law.answers(case["事实"])
        for name, expected in case["结果"].items():
            if found.get(name) != expected:
                yield f"{case['规则文件']} {case['名称']}：{name} 应为 {expected}，算得 {found.get(name)}"


def main(arguments):
    if len(arguments) != 2:
        print("用法：python scripts/read_vectors.py 案例.json 规则文件夹（如 workflows）")
        return 2
    file, folder = arguments
    cases = json.loads(Path(file).read_text(encoding="utf-8"))
    wrong = list(differences(Law(Path(folder)), cases))
    print("\n".join([*wrong, f"{len(cases)} 个案例，{len(wrong)} 处不一致"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
