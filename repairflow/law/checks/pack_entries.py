"""Entries of a rule pack one by one: labels to choose from, sentences that letters print, statutory limits, switches there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from repairflow.law.checks.label_days import no_days
from repairflow.law.checks.pack_figures import days_text, longer
from repairflow.law.checks.written_words import unreadable
from repairflow.law.procedure.ground import DECIDING
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import RANKS, ListKind, RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]

PRINTED = frozenset({"consequences", "proposals", "plan_kinds"})
"""Lists whose sentences letters print."""
ANYTHING = frozenset({"其他", "其它", "其他情形", "其他原因", "其他事由", "其他情况"})
"""Labels that would make a closed list of grounds an open one."""
STATUTORY: Mapping[str, tuple[Days, str]] = {
    "reconsideration": (Days(calendar=60), "行政复议法第二十条：六十日，只有法律规定更长的除外"),
    "litigation": (Days(months=6), "行政诉讼法第四十六条：六个月，只有法律另有规定的除外"),
}
"""The least a remedy stays open."""
OF_THE_STATUTES = ("fuyi.", "susong.")
NEVER = ("不得移出", "不予移出", "不能移出", "永不", "终身")
"""Words by which conditions of removal would say that there is none."""
SWITCHES: Mapping[str, type] = {"apply_on_next_day": bool, "not_repairable": str, "check_result_class": str}
ASKING = "asks_"


def check(pack: RulePack, whole: RulePack, domains: Collection[str]) -> Iterator[Fault]:
    """Everything wrong with what single entries say; `domains` are the fields there are."""
    others = set(domains) - {pack.domain}
    slip = get_close_matches(pack.domain, others, n=1, cutoff=0.8)
    new = pack.over is not None and bool(pack.field.strip()) and not slip  # a field's pack may bring a field along
    if pack.domain not in domains and not new:
        known = slip[0] if slip else "、".join(sorted(domains))
        text = f"领域“{pack.domain}”没有定义，没有办件会适用本包；可用的有：{known}"
        yield "overlay_scope", ("domain",), f"{text}。新设的领域请依附（over）通用的规则包，并以 field 写明中文名称"
    elif pack.field and (fault := unreadable(pack.field)) is not None:
        yield "label_unreadable", ("field",), f"领域“{pack.domain}”{fault}"
    for told in no_days(pack.label):
        yield "label_day", ("label",), told
    yield from _lists(pack)
    for code, remedy in pack.remedy.items():
        yield from _open_for(pack, code)
        if longer(remedy.limit, remedy.untold):
            text = f"救济途径“{remedy.label}”（{code}）没有告知时的期限（untold）比告知的还短；请改正"
            yield "pack_remedy", ("remedy", code), text
    for code, kind in pack.list_kind.items():
        yield from _list_kind(code, kind, whole)
    for code, penalty in pack.penalty.items():
        if not penalty.by_amount and (penalty.minor_below_wan, penalty.serious_from_wan) != (None, None):
            text = f"处罚类别“{penalty.label}”（{code}）写了数额界线，却没有写 by_amount = true，界线不起作用；请改正"
            yield "pack_periods", ("penalty", code), text
    yield from _on_the_spot(pack, whole)
    yield from _switches(pack)
    yield from _read_by_nobody(pack, whole)
    yield from _field(pack, whole)


def _lists(pack: RulePack) -> Iterator[Fault]:
    for name, items in pack.lists.items():
        seen: dict[str, str] = {}
        for code, item in items.items():
            label, at = item.label.strip(), ("lists", name, code)
            if seen.setdefault(label, code) != code and label:
                yield (
                    "label_twice",
                    at,
                    f"清单“{name}”的“{code}”与“{seen[label]}”同名（{label}），选择时无法区分；请改名",
                )
            if name.endswith(DECIDING) and label in ANYTHING:
                text = f"清单“{name}”的“{label}”（{code}）什么都能装进去，事由就不是封闭的了；请写明具体情形"
                yield "pack_list_open", at, text
            if name in PRINTED and not item.text.strip():
                yield "text_empty", at, f"清单“{name}”的“{label}”（{code}）没有写文书用语（text）；请写明"


def _open_for(pack: RulePack, code: str) -> Iterator[Fault]:
    remedy, least = pack.remedy[code], STATUTORY.get(code)
    if least is None or remedy.limit is None:
        return
    other_law = any(
        not name.startswith(OF_THE_STATUTES) and name in pack.basis and pack.basis[name].verified
        for name in remedy.basis
    )
    if longer(least[0], remedy.limit) and not other_law:
        text = f"救济途径“{remedy.label}”（{code}）的期限只有 {days_text(remedy.limit)}，短于法律规定的 {days_text(least[0])}（{least[1]}）"
        yield "pack_remedy", ("remedy", code), f"{text}；请改正，或者写明核对过的法律"


def _list_kind(code: str, kind: ListKind, whole: RulePack) -> Iterator[Fault]:
    at, what = ("list_kind", code), f"名单“{kind.label}”（{code}）"
    if kind.favourable and kind.measures:
        text = f"{what}是守信名单（favourable），却写了惩戒措施（{'、'.join(kind.measures)}）；请删去其中之一"
        yield "pack_name", at, text
    word = next((word for text in kind.removal for word in NEVER if word in text), None)
    if word is not None:
        yield "pack_list_empty", at, f"{what}的移出条件写了“{word}”，等于不能移出；请写明怎样移出"
    longest = whole.period["serious"].maximum if "serious" in whole.period else None
    if longer(kind.maximum, longest):
        text = f"{what}的最长期限长于失信信息的最长公示期（{days_text(longest) if longest else ''}）；请改短"
        yield "pack_periods", at, text
    if kind.public and kind.no_new and not whole.read(kind.basis):
        text = (
            f"{what}是公开的名单，又写了 no_new：在列期间有新的失信行为的，最长期限届满仍然公示，所依据的条文却没有核对过；"
            "请删去 no_new，或者写明核对过的依据"
        )
        yield "pack_periods", at, text


def _on_the_spot(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    simple = pack.simple_procedure
    if simple is None:
        return
    for kind in simple.kinds:
        if kind not in whole.penalty:
            yield "pack_name", ("simple_procedure",), f"简易程序写的处罚类别“{kind}”不在 [penalty] 中；请改正"
    if simple.person_wan > simple.others_wan:
        text = "简易程序对公民的数额（person_wan）高于对单位的（others_wan）；请核对原文后改正"
        yield "pack_periods", ("simple_procedure",), text


def _switches(pack: RulePack) -> Iterator[Fault]:
    for name, value in pack.switch.items():
        wanted = str if name.startswith(ASKING) else SWITCHES.get(name)
        if wanted is None:
            known = "、".join([*SWITCHES, f"{ASKING}……"])
            yield "pack_name", ("switch", name), f"开关“{name}”没有程序会读，等于没有写；可用的有：{known}"
        elif not isinstance(value, wanted):
            form = "true 或者 false" if wanted is bool else "加引号的文字"
            yield "pack_name", ("switch", name), f"开关“{name}”须为{form}，现为“{value}”；请改正"


def _read_by_nobody(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Yield a figure that calls itself verified rests on at least one basis that somebody has read."""
    for table, entries in (
        ("penalty", pack.penalty),
        ("measure", pack.measure),
        ("list_kind", pack.list_kind),
        ("list_change", pack.list_change),
        ("behaviour", pack.behaviour),
        ("ladder", pack.ladder),
        ("limit", pack.limit),
    ):
        for code, entry in entries.items():
            known = [whole.basis[name] for name in entry.basis if name in whole.basis]
            if entry.verified and known and not any(basis.verified for basis in known):
                text = f"[{table}] 的“{code}”写了 verified = true，所引依据却都没有人核对；请核对原文，或者改为 false"
                yield "verified_without_source", (table, code), text


def _field(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Yield a field's own classes fit those it leaves to its base, and its offices get longer only by an article somebody read."""
    if pack.over is None:
        return
    for lighter, graver in pairwise(RANKS):
        one, other = whole.period.get(lighter), whole.period.get(graver)
        own = lighter if lighter in pack.period else graver if graver in pack.period else None
        if own is None or one is None or other is None:
            continue
        for name, less, more in (("最长", one.maximum, other.maximum), ("最短", one.minimum, other.minimum)):
            if longer(less, more):
                text = (
                    f"公示期“{lighter}”的{name}公示期长于更重的“{graver}”（连同所依附的 {pack.over}）；请核对原文后改正"
                )
                yield "pack_periods", ("period", own), text


def longer_in_field(pack: RulePack, base: RulePack) -> Iterator[Fault]:
    """Limits of a field that give its offices more time than the pack it is laid over, and another bound of what can be decided on the
    spot, by no article that anybody read."""
    simple, given_there = pack.simple_procedure, base.simple_procedure
    if simple is not None and given_there is not None:
        bounds = [(one.person_wan, one.others_wan) for one in (simple, given_there)]
        if (
            bounds[0] != bounds[1]
            and not {**base.basis, **pack.basis}.keys().isdisjoint(simple.basis)
            and not pack.read(simple.basis)
        ):
            text = f"可以当场处罚的数额与所依附的 {base.pack} 不同（公民 {bounds[1][0]}、单位 {bounds[1][1]} 万元），所引依据没有人核对"
            yield "pack_limit", ("simple_procedure",), f"{text}；请改回，或者写明核对过的条文"
    for code, limit in pack.limit.items():
        given = base.limit.get(code)
        known = {**base.basis, **pack.basis}
        read = bool(limit.basis) and all(name in known and known[name].verified for name in limit.basis)
        if given is not None and longer(limit.days, given.days) and not read:
            text = f"最长期限“{code}”为 {days_text(limit.days)}，所依附的 {base.pack} 是 {days_text(given.days)}；更长的须有核对过的条文"
            yield "pack_limit", ("limit", code), text
