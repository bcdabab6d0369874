"""Which of several rule packs is in force on a day: a newer one goes before one without a last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from repairflow.errors import Problem
from repairflow.law.procedure.packs import RulePack


def followed(pack: RulePack, packs: Iterable[RulePack], day: date) -> bool:
    """Tell whether by this day a newer pack has taken the place of the one this pack is laid over."""
    every = {one.pack: one for one in packs}
    base = every.get(pack.over or "")
    return base is not None and any(
        (one.domain, one.jurisdiction) == (base.domain, base.jurisdiction) and base.effective < one.effective <= day
        for one in every.values()
    )


def overlaps(packs: Iterable[RulePack]) -> list[Problem]:
    """Pairs of packs of one jurisdiction and domain in force on one day; one without a last day gives way to a newer one."""
    problems = []
    ordered = sorted(packs, key=lambda p: (p.jurisdiction, p.domain, p.effective))
    for one, other in pairwise(ordered):
        same = (one.jurisdiction, one.domain) == (other.jurisdiction, other.domain)
        closed = one.until is not None and one.until > other.effective
        if same and (closed or one.effective == other.effective):
            problems.append(Problem(f"{one.pack} / {other.pack}", f"有效期重叠：{other.effective} 起两者同时有效"))
    return problems
