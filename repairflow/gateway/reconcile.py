"""Reconciliation (对账): what a platform shows beside what we decided. Pure; the worker fetches, people judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from repairflow.gateway.messages import Display
from repairflow.gateway.platform import Shown

Kind = Literal["still_shown", "not_shown", "mark_missing", "mark_left", "unknown", "outdated"]

WORDS: dict[Display, str] = {
    "public": "公示中",
    "disputed": "公示中（异议处理中）",
    "ended": "已终止公示",
    "hidden": "不公示",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """One record as we decided it; `in_flight` while a message about it has not been acknowledged."""

    number: str
    display: Display
    version: int | None = None
    in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One record on which a platform and we part; either side is None where it does not know the record."""

    number: str
    kind: Kind
    decided: Display | None
    shown: Display | None

    @property
    def text(self) -> str:
        """For people: what stands there, what should."""
        ours = WORDS[self.decided] if self.decided else "无此信息"
        theirs = WORDS[self.shown] if self.shown else "无此信息"
        if self.kind == "outdated":
            return f"{self.number}：对方显示的内容不是最新版本。"
        return f"{self.number}：我方为“{ours}”，对方显示“{theirs}”。"


def compare(decided: Iterable[Decided], shown: Iterable[Shown]) -> list[Difference]:
    """Return every difference, by record number. A record with a message under way is no difference yet.

    A hidden or ended record may be absent there: both show nothing to the public.
    """
    theirs = {one.number: one for one in shown}
    differences = []
    for ours in decided:
        other = theirs.pop(ours.number, None)
        kind = None if ours.in_flight else _kind(ours, other)
        if kind:
            differences.append(Difference(ours.number, kind, ours.display, other.display if other else None))
    strangers = (one for one in theirs.values() if _open(one.display))
    differences += [Difference(one.number, "unknown", None, one.display) for one in strangers]
    return sorted(differences, key=lambda one: one.number)


def _open(display: Display) -> bool:
    return display in ("public", "disputed")


def _kind(ours: Decided, other: Shown | None) -> Kind | None:
    if other is None or not _open(other.display):
        return "not_shown" if _open(ours.display) else None
    if not _open(ours.display):
        return "still_shown"
    if ours.display != other.display:
        return "mark_missing" if ours.display == "disputed" else "mark_left"
    if ours.version is not None and other.version is not None and other.version < ours.version:
        return "outdated"
    return None
