"""Days between versions: no day without one, no day with two, no overlay that outlives its base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """One version of something: what it is a version of, how messages call it, where it is written, from when to when."""

    of: str
    label: str
    where: str
    effective: date
    until: date | None


Place = tuple[str, str]
"""A file and the key in it."""
Fault = tuple[Literal["error", "warning"], str, tuple[Place, ...], str]
"""Severity, code, the places it concerns, the first to be mended first, and the sentence."""


def check(spans: Iterable[Span]) -> Iterator[Fault]:
    """Gaps and overlaps between versions of one thing."""
    ordered = sorted(spans, key=lambda span: (span.of, span.effective))
    for _, versions in groupby(ordered, key=lambda span: span.of):
        for one, other in pairwise(list(versions)):
            yield from _between(one, other)


def _between(one: Span, other: Span) -> Iterator[Fault]:
    if one.effective == other.effective:
        text = f"{one.label}和{other.label}都自 {other.effective} 起施行，同一天有两个版本；请改正施行日期"
        yield "error", "versions_same_day", ((other.where, "effective"), (one.where, "effective")), text
    elif one.until is None:
        text = f"{one.label}没有写停用日期，{other.label}自 {other.effective} 起取代它；请给前者写 until = {other.effective}"
        yield "warning", "versions_open", ((one.where, "effective"), (other.where, "effective")), text
    elif one.until > other.effective:
        text = f"{one.label}到 {one.until} 才停用，{other.label}自 {other.effective} 起已经施行，其间同一天有两个版本；请改正日期"
        yield "error", "versions_same_day", ((one.where, "until"), (other.where, "effective")), text
    elif one.until < other.effective:
        text = f"{one.label}到 {one.until} 停用，{other.label}到 {other.effective} 才施行，其间没有版本可用；请改正日期"
        yield "error", "versions_gap", ((one.where, "until"), (other.where, "effective")), text


def over(spans: Iterable[Span], today: date) -> Iterator[Fault]:
    """Things that ended before today with nothing to follow them: no case will ever be under them."""
    ordered = sorted(spans, key=lambda span: (span.of, span.effective))
    for _, versions in groupby(ordered, key=lambda span: span.of):
        *_, last = versions
        if last.until is not None and last.until < today:
            text = f"{last.label}的停用日期 {last.until} 已经过去，又没有接替的版本，不会再有办件适用；请改正 until 或者删去"
            yield "error", "dates", ((last.where, "until"),), text


def outlived(overlay: Span, base: Sequence[Span], version: Span) -> Iterator[Fault]:
    """Yield whether an overlay goes on although its base has ended or has been followed by a newer version."""
    newer = sorted((s for s in base if s.effective > version.effective), key=lambda s: s.effective)
    end = version.until or (newer[0].effective if newer else None)
    if end is None or (overlay.until is not None and overlay.until <= end):
        return
    if version.until is not None:
        text = f"{overlay.label}所依的{version.label}到 {end} 停用，本地细化却存续更久；请写 until = {end} 或者更早"
        yield "error", "overlay_outlives", ((overlay.where, "until"), (version.where, "until")), text
    else:
        text = f"{overlay.label}所依的{version.label}自 {end} 起由{newer[0].label}取代，届时本细化不再适用"
        text += f"；请写 until = {end}，并按新版另写细化"
        yield "warning", "overlay_outlives", ((overlay.where, "effective"), (newer[0].where, "effective")), text
