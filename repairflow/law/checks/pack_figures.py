"""Figures of a rule pack beside each other, beside what the pack in use has, and beside the procedures that they bind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks import commitment_words
from repairflow.law.divisions import division_fault
from repairflow.law.procedure.model import Days, Procedure
from repairflow.law.procedure.packs import RulePack, Severity

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
IN_DAYS: Mapping[str, float] = {"working": 1.4, "calendar": 1, "months": 30.4, "years": 365}
RANKS: tuple[Severity, ...] = ("minor", "ordinary", "serious")


def check(pack: RulePack, whole: RulePack, kept: RulePack | None = None) -> Iterator[Fault]:
    """Everything wrong with the figures of a pack; `whole` has what it leaves to its base, `kept` is the one in use."""
    yield from _classes(pack, whole)
    yield from _limits(pack)
    yield from _words(pack)
    if kept is not None:
        yield from _graver(pack, kept)


def unbound(pack: RulePack, procedures: Collection[Procedure]) -> Iterator[Fault]:
    """Limits that bind nothing: no procedure has such a clock."""
    keys = {f"{p.procedure}_{clock}" for p in procedures for clock in p.clock}
    for code in pack.limit:
        if code not in keys:
            text = f"最长期限“{code}”没有对应的期限，须写为“程序_期限”，如 repair_handling；请改正名称"
            yield "pack_name", ("limit", code), text


def longer(one: Days | None, other: Days | None) -> bool:
    """Tell whether one length is more than another; False where one of them is not given."""
    if one is None or other is None:
        return False
    return one.count * IN_DAYS[one.unit] > other.count * IN_DAYS[other.unit]


def days_text(days: Days) -> str:
    """Return a length as messages say it."""
    return f"{days.count} {UNIT_LABELS[days.unit]}"


def _classes(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    for severity, period in pack.period.items():
        if period.minimum is not None and not longer(period.maximum, period.minimum):
            text = f"公示期“{severity}”的最短公示期不短于最长公示期，没有一天可以申请修复；请改正"
            yield "pack_periods", ("period", severity), text
    for lighter, graver in pairwise(RANKS):
        one, other = pack.period.get(lighter), pack.period.get(graver)
        if one is not None and other is not None and longer(one.minimum, other.minimum):
            text = f"公示期“{lighter}”的最短公示期长于更重的“{graver}”；请核对原文后改正"
            yield "pack_periods", ("period", lighter), text
    for code, kind in pack.list_kind.items():
        if kind.minimum is not None and kind.maximum is not None and not longer(kind.maximum, kind.minimum):
            text = f"名单“{kind.label}”（{code}）的最短期限不短于最长期限，没有一天可以申请移出；请改正"
            yield "pack_periods", ("list_kind", code), text
    longest = whole.period["serious"].maximum if "serious" in whole.period else None
    for code, measure in pack.measure.items():
        if longer(measure.term, longest):
            text = f"惩戒措施“{measure.label}”（{code}）的期限长于所依附信息的最长公示期；请改短，或者写明永久的依据"
            yield "pack_periods", ("measure", code), text


def _limits(pack: RulePack) -> Iterator[Fault]:
    for code, limit in pack.limit.items():
        if limit.extension is not None and limit.extension.unit != limit.days.unit:
            unit = UNIT_LABELS[limit.extension.unit].removeprefix("个")
            text = f"最长期限“{code}”为 {days_text(limit.days)}，延长却以{unit}计；请用同一单位"
            yield "pack_limit", ("limit", code), text


def _words(pack: RulePack) -> Iterator[Fault]:
    for table, entries in (("penalty", pack.penalty), ("measure", pack.measure), ("list_kind", pack.list_kind)):
        labels: dict[str, str] = {}
        for code, entry in entries.items():
            if not entry.label.strip():
                yield "text_empty", (table, code), f"[{table}] 的“{code}”没有名称；请写 label"
                continue
            other = labels.setdefault(entry.label.strip(), code)
            if other != code:
                text = f"[{table}] 的“{code}”与“{other}”同名（{entry.label}），无法区分；请改名"
                yield "label_twice", (table, code), text
    for code, kind in pack.list_kind.items():
        if any(not text.strip() for text in kind.removal):
            yield "text_empty", ("list_kind", code), f"名单“{kind.label}”（{code}）的移出条件有一项是空的；请写明"
    if not pack.label.strip():
        yield "text_empty", ("label",), "规则包没有名称；请写 label"
    yield from commitment_words.check(pack)
    place = pack.jurisdiction
    if place != "CN" and (fault := division_fault(place)) is not None:
        text = f"地区“{place}”既不是 CN 也不是行政区划代码（{fault}），没有办件会适用本包；请改正 jurisdiction"
        yield "overlay_scope", ("jurisdiction",), text


def _graver(pack: RulePack, kept: RulePack) -> Iterator[Fault]:
    """Yield what weighs on subjects or leaves offices more time than the pack in use, on the same basis."""
    for severity, period in pack.period.items():
        old = kept.period.get(severity)
        if old is None or old.basis != period.basis:
            continue
        for name, was, now in (("最短", old.minimum, period.minimum), ("最长", old.maximum, period.maximum)):
            if was is not None and now is not None and longer(now, was):
                text = f"公示期“{severity}”的{name}公示期由 {days_text(was)}延长为 {days_text(now)}，依据却没有变；请改回，或者写明新的依据"
                yield "pack_periods", ("period", severity), text
    for code, limit in pack.limit.items():
        before = kept.limit.get(code)
        if before is not None and before.basis == limit.basis and longer(limit.days, before.days):
            text = f"最长期限“{code}”由 {days_text(before.days)}延长为 {days_text(limit.days)}，依据却没有变；请改回，或者写明新的依据"
            yield "pack_limit", ("limit", code), text
