"""For whom an overlay is laid down, and what it quietly takes away: reminders, a paper that may come later, a step it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from repairflow.law.calendar.regions import level_of
from repairflow.law.checks.label_days import no_days
from repairflow.law.checks.place_names import other_province
from repairflow.law.divisions import division_fault, province_of
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import GuardUse, Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.roles import role_side

Fault = tuple[str, tuple[str, ...], str]
WITHIN: Mapping[str, tuple[str, ...]] = {
    "province": ("province", "city", "county"), "city": ("city", "county"), "county": ("county",),
}  # fmt: skip
"""Levels of offices that there can be at a place of each level."""
LEVELS: Mapping[str, str] = {"province": "省级", "city": "市级", "county": "县级"}
NUMBERED = ("电话", "热线", "传真", "手机")
"""Ways to be reached that are numbers."""


def check(overlay: Overlay, base: Procedure, known: Mapping[tuple[str, str], Procedure]) -> Iterator[Fault]:
    """Everything of an overlay that reaches nobody or takes something; `known` are all versions of all procedures."""
    yield from _levels(overlay)
    yield from _first_cases(overlay, base, {name for name, _ in known})
    yield from _reminders(overlay, base)
    for name, local in overlay.material.items():
        whole = base.material.get(name)
        if whole is not None and whole.deferrable and not local.deferrable:
            text = f"材料“{whole.label}”（{name}）在基础程序中可以容缺后补，本细化不再可以，减损当事人的权利；请写 deferrable = true"
            yield "overlay_addition", ("material", name), text
    for name in overlay.without_extension:
        if name in overlay.action:
            text = f"动作“{name}”已由 without_extension 略去，又在 [action] 中另作规定；请删去其中之一"
            yield "overlay_addition", ("action", name), text
    for told in no_days(overlay.label):
        yield "label_day", ("label",), told
    yield from named_elsewhere(overlay.label, overlay.jurisdiction or "", "本地细化")
    yield from statutes_elsewhere(overlay.basis, overlay.jurisdiction or "", "本细化")
    yield from _identities(overlay)
    for name, value in overlay.contact.items():
        if any(word in name for word in NUMBERED) and not any(sign.isdigit() for sign in value):
            yield (
                "overlay_addition",
                ("contact",),
                f"联系方式“{name}”写的是“{value}”，没有号码，打不通；请写号码，或者换一个名称",
            )


_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
"""The number of an identity card: 18 signs that begin with digits; a credit code of an office has letters among them."""


def _identities(overlay: Overlay) -> Iterator[Fault]:
    """Yield contacts that would print somebody's identity number."""
    for name, value in overlay.contact.items():
        if _IDENTITY.search(value):
            text = f"联系方式“{name}”写有个人的证件号码，会照印在办事指南和文书上；请删去"
            yield "overlay_addition", ("contact",), text


def named_elsewhere(label: str, jurisdiction: str, what: str) -> Iterator[Fault]:
    """Yield a file that is called by another province than the one it is laid down for."""
    here = province_of(jurisdiction)
    if (other := other_province(label, here)) is not None:
        text = f"{what}“{label}”写的是{other}，适用地区却是{here}（{jurisdiction}）；请改正名称或者 jurisdiction"
        yield "overlay_scope", ("label",), text


def statutes_elsewhere(bases: Mapping[str, Basis], jurisdiction: str, what: str) -> Iterator[Fault]:
    """Yield statutes of another province than the one a file is laid down for: they bind nobody there."""
    here = province_of(jurisdiction)
    for name, basis in bases.items():
        if (other := other_province(basis.cite, here)) is not None:
            text = (
                f"依据“{name}”（{basis.cite}）是{other}的，{what}适用于{here}；请换成本地的规定，或者改正 jurisdiction"
            )
            yield "basis_elsewhere", ("basis", name), text


def _levels(overlay: Overlay) -> Iterator[Fault]:
    if overlay.jurisdiction and division_fault(overlay.jurisdiction) is not None:
        return  # no place at all: told by itself
    there = WITHIN.get(level_of(overlay.jurisdiction), ())
    none = [LEVELS[one] for one in overlay.levels if one not in there]
    if overlay.jurisdiction and none:
        place = f"{province_of(overlay.jurisdiction)}{overlay.jurisdiction}"
        text = f"{place} 之内没有{'、'.join(none)}单位，这一级没有办件会适用本细化；请改正 levels 或者 jurisdiction"
        yield "overlay_scope", ("levels",), text


def _first_cases(overlay: Overlay, base: Procedure, known: set[str]) -> Iterator[Fault]:
    if not overlay.first_case:
        return
    at = ("first_case",)
    if base.subject != "case":
        text = f"“{base.label}”的办件不针对原办件，写了 first_case 就没有办件会适用本细化；请删去"
        yield "overlay_scope", at, text
        return
    for name in overlay.first_case:
        if name not in known:
            yield "overlay_scope", at, f"first_case 写的程序“{name}”没有定义，没有办件会适用本细化；请改正"
        elif name not in (taken := _taken_up(base.filing_guards) or known):
            others = "、".join(sorted(taken))
            text = (
                f"“{base.label}”不针对“{name}”的办件（可以针对的有：{others}），没有办件会适用本细化；请改正 first_case"
            )
            yield "overlay_scope", at, text


def _taken_up(guards: Sequence[GuardUse]) -> set[str]:
    """Return the procedures whose cases may be the case before; none where all may."""
    found: set[str] = set()
    for use in guards:
        if use.guard == "first_case_was":
            named = use.parameters.get("procedure", ())
            found |= (
                {named}
                if isinstance(named, str)
                else {str(one) for one in named}
                if isinstance(named, list | tuple)
                else set()
            )
    return found


def _reminders(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    """Yield reminders that the base sends and that would still lie within the limit."""
    for name, local in overlay.clock.items():
        whole = base.clock.get(name)
        if whole is None or local.remind is None or whole.remind is None:
            continue
        days = local.days or whole.days
        kept = [one for one in whole.remind if days is None or one < days.count]
        lost = [one for one in kept if one not in local.remind]
        if role_side(whole.owner) == "subject" and lost:
            days_before = "、".join(map(str, lost))
            text = f"主体的期限“{whole.label}”（{name}）在基础程序中届满前 {days_before} 日提醒当事人，本细化不提醒了；请恢复 remind"
            yield "overlay_addition", ("clock", name, "remind"), text
        elif kept and not local.remind:
            text = f"期限“{whole.label}”（{name}）在基础程序中届满前提醒，本细化一次也不提醒了；请保留 remind"
            yield "overlay_addition", ("clock", name, "remind"), text
