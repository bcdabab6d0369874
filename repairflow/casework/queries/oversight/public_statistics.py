"""Figures of a month for everybody (办理统计): what was filed, decided and in time, by kind and by office; complaints by themselves.

Figures of organisations are told as they are. What counts natural persons, or whoever complained, is hidden where it is small, and
enters no other sum, so that no difference tells it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from repairflow.law import small_counts
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.roles import outcome_label, outcome_side, role_side
from repairflow.records import cases, office, rung_fired, subject
from repairflow.records.rows import all_rows
from repairflow.times import at

COMPLAINTS = ("complaint", "tip_off")
DUE = "due"
"""The rung that fires when a limit's last day is over."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: how many were filed in the month, how many ended in it, how many of these in time, and for whom."""

    label: str
    filed: int
    closed: int
    on_time: int
    in_favour: int
    against: int


@dataclass(frozen=True, slots=True)
class Share:
    """A labelled count; None where it is hidden."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Complaints:
    """投诉举报 of the month. `filed`, `closed` and `on_time` are None where they are hidden, and then nothing of them is listed."""

    filed: int | None
    closed: int | None
    on_time: int | None
    matters: tuple[Share, ...]
    sources: tuple[Share, ...]
    outcomes: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All of one month."""

    first: date
    kinds: tuple[Line, ...]
    offices: tuple[Line, ...]
    persons_filed: int | None
    persons_closed: int | None
    complaints: Complaints


class _Filed(NamedTuple):
    procedure: str
    deciding_id: int
    cases: int


class _Ended(NamedTuple):
    id: int
    procedure: str
    procedure_version: str
    deciding_id: int
    outcome: str | None


class _Late(NamedTuple):
    case_id: int
    clock: str


class _Complaint(NamedTuple):
    procedure: str
    procedure_version: str
    pack: str
    inputs: Mapping[str, object]


def figures(tx: Connection, law: Library, first: date) -> Figures:
    """Return the figures of the month that begins with `first`."""
    of_persons = _open() & (subject.c.kind == "natural_person")
    kinds, offices = _lines(tx, law, first)
    return Figures(
        first, kinds, offices,
        small_counts.hidden(sum(one.cases for one in _filed(tx, of_persons, first))),
        small_counts.hidden(len(_ended(tx, of_persons, first))),
        complaints(tx, law, first),
    )  # fmt: skip


def complaints(tx: Connection, law: Library, first: date) -> Complaints:
    """Return the complaints and tip-offs of the month, without anything by which one could tell who complained."""
    mine = cases.c.procedure.in_(COMPLAINTS)
    columns = [cases.c[name] for name in _Complaint._fields]
    came = all_rows(tx.execute(select(*columns).where(mine, *_in_month(first))), _Complaint)
    over = _ended(tx, mine, first)
    late = _late(tx, law, mine, over, first)
    filed, closed = small_counts.hidden(len(came)), small_counts.hidden(len(over))
    outcomes = Counter(outcome_label(one.outcome) for one in over if one.outcome)
    return Complaints(
        filed, closed, None if closed is None else small_counts.table({"in": closed - len(late), "late": len(late)})["in"],
        () if not filed else _shares(Counter(_said(law, one, "about") for one in came)),
        () if not filed else _shares(Counter(_said(law, one, "source") for one in came)),
        () if not closed else _shares(outcomes),
    )  # fmt: skip


def _lines(tx: Connection, law: Library, first: date) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Cases about organisations, by kind in the order of their number, and by the office that decides."""
    where = _open() & (subject.c.kind != "natural_person")
    filed, ended = _filed(tx, where, first), _ended(tx, where, first)
    late = _late(tx, law, where, ended, first)
    labels = {name: law.versions(name)[-1].label for name in law.names()}
    names = {key: str(name) for key, name in tx.execute(select(office.c.id, office.c.name))}
    kinds: dict[str, Counter[str]] = {}
    offices: dict[str, Counter[str]] = {}

    def into(procedure: str, deciding: int, what: str, count: int = 1) -> None:
        kinds.setdefault(labels.get(procedure, procedure), Counter())[what] += count
        offices.setdefault(names[deciding], Counter())[what] += count

    for came in filed:
        into(came.procedure, came.deciding_id, "filed", came.cases)
    for one in ended:
        into(one.procedure, one.deciding_id, "closed")
        if one.id not in late:
            into(one.procedure, one.deciding_id, "on_time")
        into(one.procedure, one.deciding_id, outcome_side(one.outcome) or "neutral")
    return _ordered(kinds), _ordered(offices)


def _ordered(counted: Mapping[str, Counter[str]]) -> tuple[Line, ...]:
    lines = [Line(name, c["filed"], c["closed"], c["on_time"], c["for"], c["against"]) for name, c in counted.items()]
    return tuple(sorted(lines, key=lambda line: (-line.filed - line.closed, line.label)))


def _open() -> ColumnElement[bool]:
    """Return what is no secret of an office, and nobody's complaint."""
    return cases.c.confidential.is_(False) & cases.c.internal.is_(False) & cases.c.procedure.not_in(COMPLAINTS)


def _in_month(first: date) -> tuple[ColumnElement[bool], ...]:
    return cases.c.filed_day >= first, cases.c.filed_day < _after(first)


def _filed(tx: Connection, where: ColumnElement[bool], first: date) -> list[_Filed]:
    query = (
        select(cases.c.procedure, cases.c.deciding_id, func.count().label("cases"))
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(where, *_in_month(first))
        .group_by(cases.c.procedure, cases.c.deciding_id)
    )
    return list(all_rows(tx.execute(query), _Filed))


def _closed_in(first: date) -> tuple[ColumnElement[bool], ...]:
    return cases.c.closed_at >= at(first, time.min), cases.c.closed_at < at(_after(first), time.min)


def _ended(tx: Connection, where: ColumnElement[bool], first: date) -> list[_Ended]:
    columns = [cases.c[name] for name in _Ended._fields]
    query = select(*columns).join(subject, subject.c.id == cases.c.subject_id).where(where, *_closed_in(first))
    return list(all_rows(tx.execute(query), _Ended))


def _late(
    tx: Connection, law: Library, where: ColumnElement[bool], ended: list[_Ended], first: date
) -> frozenset[int]:  # fmt: skip
    """Return those of the cases in which a limit of an office ran out, as the program noted it on that day; what a subject let pass is
    no lateness of an office."""
    found = select(rung_fired.c.case_id, rung_fired.c.clock).join(cases, cases.c.id == rung_fired.c.case_id)
    rows = tx.execute(
        found.join(subject, subject.c.id == cases.c.subject_id).where(
            where, *_closed_in(first), rung_fired.c.rung == DUE, rung_fired.c.returned_at.is_(None)
        )
    )
    by_id = {one.id: one for one in ended}
    late = set()
    for one in all_rows(rows, _Late):
        case = by_id[one.case_id]
        clock = law.procedure(case.procedure, case.procedure_version).clock.get(one.clock)
        if clock is not None and role_side(clock.owner) == "office":
            late.add(one.case_id)
    return frozenset(late)


def _said(law: Library, case: _Complaint, name: str) -> str:
    """Return what was chosen in the form, in words."""
    spec = law.procedure(case.procedure, case.procedure_version).inputs.get(name)
    chosen = str(case.inputs.get(name) or "")
    listed = law.packs[case.pack].lists.get(spec.choices or "", {}) if spec is not None else {}
    return listed[chosen].label if chosen in listed else "未分类"


def _shares(counted: Counter[str]) -> tuple[Share, ...]:
    return tuple(Share(label, count) for label, count in small_counts.table(dict(counted.most_common())).items())


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
