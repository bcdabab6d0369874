"""What measures, remedies and responsible persons of a rule pack are called: a burden is named as one, a remedy names itself alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from repairflow.law.checks.ground_words import unconnected
from repairflow.law.checks.label_days import other_days
from repairflow.law.checks.pack_meanings import NAMED, shared
from repairflow.law.procedure.ground import DECIDING
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]

BURDENS = (
    "限", "禁", "取消", "暂停", "中止", "终止", "撤销", "追回", "追缴", "收回", "阻止", "不得", "不予", "从严", "提高", "增加", "加强",
    "加大", "重点", "批评", "降低", "降级", "扣", "冻结", "拒绝", "曝光", "公开", "公示", "约束", "惩", "清退", "退出", "排除", "剔除",
    "审查", "监管", "监督", "检查", "核查", "担保", "保证金", "责令", "否决", "失去", "吊销", "不适用", "不享受", "不再", "停", "列入",
    "列为", "纳入", "记入", "通报", "推送", "约谈", "审慎", "缩短", "减少", "没收", "警告", "罚",
)  # fmt: skip
"""Words of which the name of a measure has one: it takes something away, or has somebody watched."""
MORE = frozenset({"提高", "增加", "加强", "加大", "重点", "列入", "列为", "纳入", "推送"})
"""Burdens that are none beside a soft word: more of something."""
SOFT = ("提示", "提醒", "服务", "指导", "帮扶", "关怀", "鼓励", "引导", "沟通", "交流", "扶持", "激励", "宣传")
"""Words of a name by which a measure would sound like a favour."""
REMEDIES = ("复核", "申诉", "复议", "诉讼", "起诉", "信访", "仲裁")
OWN_WORDS = {"review": ("复核", "申诉"), "reconsideration": ("复议",), "litigation": ("诉讼", "起诉", "复议")}
"""By code of a remedy: the ways it may speak of in its name; of other codes, those of its text."""
FIRST = ("必经", "前置", "须", "只能", "仅", "不得", "方可")
"""Words by which the name of a remedy would set a condition."""
CONDITIONS = re.compile(
    r"必须|(?<![无不必])须(?:由|先|经|到|持|凭)|方可|方能|只能|仅限|本人到|亲自|现场提出|另行通知|等待通知|经[^，。]{0,8}(?:同意|批准)"
    r"|先(?:缴|交|付|行|提供|履行)|缴清|交清|付清|担保|(?:应当|(?<![无不必])须)[^。；，]{0,4}先"
)
"""Words by which the text of a remedy would add a condition to it."""
NOT_NEEDED = re.compile(r"(?:不必|无需|无须|不须|不需|不用)[^，。；]{0,2}$")
"""Before such words: the condition is none (不必亲自到场)."""
TO_WHOM = re.compile(
    r"向[^，。；]{0,30}(?:\{reviewer\}|\{organs\}|\{court\}|机关|部门|单位|中心|网站|委员会|办公室|局|法院)"
)


def check(pack: RulePack, whole: RulePack, others: Iterable[RulePack]) -> Iterator[Fault]:
    """Everything called other than what it is; `others` are packs that say what codes have stood for so far."""
    for code, measure in pack.measure.items():
        taken = {word for word in BURDENS if word in measure.label}
        soft = soft_word(measure.label)
        if soft is not None or not taken:
            why = f"像是“{soft}”" if soft is not None else "看不出限制了什么"
            text = f"惩戒措施“{measure.label}”（{code}）的名称{why}，当事人和实施单位都会误解；请照实写明限制的内容"
            yield "label_turned", ("measure", code), text
    for code in pack.remedy:
        yield from _remedy(pack, whole, code)
    for code, item in pack.lists.get("responsible_capacities", {}).items():
        word = unconnected(item.label)
        if word is not None:
            text = f"有关责任人员“{item.label}”（{code}）写了“{word}”，对单位的行为不负责任的人不能记入；请删去"
            yield "person_unconnected", ("lists", "responsible_capacities", code), text
    for other in others:
        yield from _another(pack, other)


def soft_word(label: str) -> str | None:
    """Return the word by which something that weighs sounds like a favour; None where the name says what is taken, too."""
    taken = {word for word in BURDENS if word in label} - MORE
    return None if taken else next((word for word in SOFT if word in label), None)


def renamed(pack: RulePack, others: Iterable[RulePack]) -> Iterator[Fault]:
    """Yield what a person is to look at: items of lists that no decision rests on, whose names have nothing in common with those so
    far, and another first day in the pack's own name."""
    for told in other_days(pack.label, pack.effective, pack.until):
        yield "label_day", ("label",), told
    for other in others:
        for name, items in pack.lists.items():
            for code, item in () if name.endswith(DECIDING) else items.items():
                was = other.lists.get(name, {}).get(code)
                if was is not None and _nothing_shared(was.label, item.label):
                    text = f"清单“{name}”的“{code}”由“{was.label}”（{other.pack}）改称“{item.label}”，名称全然不同；请核对是否还是同一项"
                    yield "label_renamed", ("lists", name, code), text


def _another(pack: RulePack, other: RulePack) -> Iterator[Fault]:
    """Codes that stand for another thing now: what people were told under a name stays under it."""
    for table in NAMED:
        for code, entry in getattr(pack, table).items():
            was = getattr(other, table).get(code)
            if was is not None and _nothing_shared(was.label, entry.label):
                text = f"[{table}] 的“{code}”在 {other.pack} 称“{was.label}”，本包称“{entry.label}”，名称全然不同；"
                yield "label_turned", (table, code), f"{text}请改回，另一事项请另设代码"
    for name, items in pack.lists.items():
        for code, item in items.items() if name.endswith(DECIDING) else ():
            was = other.lists.get(name, {}).get(code)
            if was is not None and _nothing_shared(was.label, item.label):
                text = f"清单“{name}”的“{code}”在 {other.pack} 称“{was.label}”，本包称“{item.label}”，名称全然不同；"
                yield "label_turned", ("lists", name, code), f"{text}请改回，另一事项请另设代码"


def _nothing_shared(was: str, now: str) -> bool:
    return was.strip() != now.strip() and not shared(was, now)


def _remedy(pack: RulePack, whole: RulePack, code: str) -> Iterator[Fault]:
    remedy, at = pack.remedy[code], ("remedy", code)
    what = f"救济途径“{remedy.label}”（{code}）"
    own = OWN_WORDS.get(code, tuple(word for word in REMEDIES if word in remedy.text))
    foreign = next((word for word in REMEDIES if word in remedy.label and word not in own), None)
    first = next((word for word in FIRST if word in remedy.label), None)
    by_statute = any(
        name in whole.basis and whole.basis[name].verified and not name.startswith(GENERAL) for name in remedy.basis
    )
    if foreign is not None:
        text = f"{what}的名称另写了“{foreign}”，当事人会以为是两种途径或者以此为前提；请只写这一种的名称"
        yield "pack_remedy", at, text
    elif first is not None and not by_statute:
        yield "pack_remedy", at, f"{what}的名称写了“{first}”，为途径另加了条件；请只写名称"
    conditions = (one for one in CONDITIONS.finditer(remedy.text) if not NOT_NEEDED.search(remedy.text[: one.start()]))
    if (condition := next(conditions, None)) is not None and not by_statute:
        text = f"{what}的文字写了“{condition[0]}”，为途径另加了条件，却没有核对过的法律；请删去，或者写明依据"
        yield "pack_remedy", at, text
    elif code.startswith("review") and not TO_WHOM.search(remedy.text):
        yield "pack_remedy", at, f"{what}的文字没有写明向谁申请；请写 {{reviewer}} 或者条文写明的机关"


GENERAL = ("fuyi.", "susong.")
"""The statutes of reconsideration and litigation themselves, which set no such conditions."""
