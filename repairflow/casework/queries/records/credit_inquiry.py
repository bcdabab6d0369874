"""Whether organisations are listed now (信用查询): what stands of each before the public, and the measures in force.

For other systems and for officers who look at many at once. Natural persons are never found here; what was never public, or
is not any more, is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from repairflow.casework.case_state.beyond_last_day import shown_until
from repairflow.casework.told_periods import dated, told_of
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.identifiers import check_uscc
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import Severity
from repairflow.law.sectors import lists_without_new
from repairflow.records import list_entry, measure, office, record, subject
from repairflow.records.rows import all_rows

CHUNK = 500
"""Codes of one statement: databases bound how many values it may name."""


class Shown(NamedTuple):
    """A record that the public sees; `list_kind` where it is an entry of a list that stands."""

    subject_id: int
    number: str
    kind: str
    document_number: str
    decision_date: date
    severity: Severity
    state: str
    until: date | None
    authority: str
    list_kind: str | None
    period_confirmed: bool = (
        False  # whether its last day may be told for certain; not, where it was kept before this was asked
    )


class _Found(NamedTuple):
    """A row of `Shown`, and what decides whether its last day may be told."""

    subject_id: int
    number: str
    kind: str
    document_number: str
    decision_date: date
    severity: Severity
    state: str
    until: date | None
    authority: str
    list_kind: str | None
    id: int
    pack: str
    authority_id: int
    source: Mapping[str, object]
    class_waits_for: str | None


class InForce(NamedTuple):
    """A measure in force, and whose it is."""

    subject_id: int
    code: str
    label: str
    office: str
    imposed_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be said of one code, in the order asked; `problem` where it is no credit code (`code` is then
    empty: it may be anybody's number), `name` empty where nobody here bears it."""

    code: str
    problem: str = ""
    name: str = ""
    records: tuple[Shown, ...] = ()
    measures: tuple[InForce, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether anything stands before the public."""
        return bool(self.records)


def packed(one: Standing) -> list[Any]:
    """Return what is said of a sound code, as JSON holds it: name, records, measures; `unpacked` makes it again."""
    return [one.name, [_plain(row) for row in one.records], [_plain(row) for row in one.measures]]


def unpacked(code: str, problem: str, kept: Sequence[Any]) -> Standing:
    """Return what `packed` kept of one code; a code that is none has its problem and nothing else."""
    name, records, measures = kept
    return Standing(
        code, problem, name, tuple(Shown(*_row(one, 3, 6)) for one in records),
        tuple(InForce(*_row(one, 3, 4)) for one in measures),
    )  # fmt: skip


def _row(kept: Sequence[Any], *days: int) -> list[Any]:
    """Return the values of a row again, with no subject's id, and these of them as days."""
    found = list(kept)
    for place in days:
        found[place] = date.fromisoformat(found[place]) if found[place] else None
    return [0, *found]


def _plain(row: Shown | InForce) -> list[Any]:
    """Its values without the subject's id, days as ISO text."""
    return [value.isoformat() if isinstance(value, date) else value for value in row[1:]]


class _Holder(NamedTuple):
    id: int
    name: str
    uscc: str


def standings(tx: Connection, law: Library, codes: Sequence[str], today: date) -> list[Standing]:
    """Return what stands of each code today; a code that is none gets its problem and nothing else."""
    checks = [check_uscc(code, today) for code in codes]
    sound = list(dict.fromkeys(check.code for check in checks if check.ok))
    found: dict[str, Standing] = {}
    shown = shown_on(lists_without_new(law, today), today)
    for start in range(0, len(sound), CHUNK):
        found |= _of(tx, law, sound[start : start + CHUNK], today, shown)
    return [
        found.get(check.code, Standing(check.code))
        if check.ok
        else Standing("", check.reason or "不是统一社会信用代码")
        for check in checks
    ]


def _of(
    tx: Connection, law: Library, codes: Sequence[str], today: date, shown: ColumnElement[bool]
) -> dict[str, Standing]:
    holders = all_rows(
        tx.execute(select(subject.c.id, subject.c.name, subject.c.uscc).where(subject.c.uscc.in_(codes))), _Holder
    )
    ids = [one.id for one in holders]
    records: dict[int, list[Shown]] = defaultdict(list)
    rows = all_rows(tx.execute(_shown().where(shown, record.c.subject_id.in_(ids))), _Found)
    told = told_of(tx, law, map(dated, rows))
    for row in rows:
        said = {name: value for name, value in row._asdict().items() if name in Shown._fields}
        records[row.subject_id].append(Shown(**said, period_confirmed=row.id in told))
    measures: dict[int, list[InForce]] = defaultdict(list)
    lasting = or_(measure.c.until.is_(None), measure.c.until >= today)
    for one in all_rows(tx.execute(_in_force().where(record.c.subject_id.in_(ids), lasting)), InForce):
        measures[one.subject_id].append(one)
    return {
        one.uscc: Standing(one.uscc, "", one.name, tuple(records[one.id]), tuple(measures[one.id])) for one in holders
    }


def shown_on(no_new: Collection[str], today: date) -> ColumnElement[bool]:
    """State that the public sees a record on this day. One whose time is over is not shown, whenever the worker comes to end it; but
    what does not end by lapse of time alone stands until it is decided; `no_new` are the lists that look for new dishonesty first."""
    public = and_(record.c.state.in_(PUBLIC_STATES), ~record.c.minor, ~record.c.of_person)
    return and_(public, shown_until(no_new, today))


def _shown() -> Select[Any]:
    return (
        select(
            record.c.subject_id, record.c.number, record.c.kind, record.c.document_number, record.c.decision_date,
            record.c.severity, record.c.state, record.c.max_until.label("until"), office.c.name.label("authority"),
            list_entry.c.list_kind, record.c.id, record.c.pack, record.c.authority_id, record.c.source, record.c.class_waits_for,
        )
        .join(office, office.c.id == record.c.authority_id)
        .outerjoin(list_entry, (list_entry.c.record_id == record.c.id) & list_entry.c.left_on.is_(None))
        .order_by(record.c.id)
    )  # fmt: skip


def _in_force() -> Select[Any]:
    """Also of a record that ended: some measures outlast it. Those of an internal record, or one that is not shown for now, are
    not told."""
    return (
        select(
            record.c.subject_id, measure.c.code, measure.c.label, office.c.name.label("office"), measure.c.imposed_on,
            measure.c.until,
        )
        .join(record, record.c.id == measure.c.record_id)
        .join(office, office.c.id == measure.c.office_id)
        .where(measure.c.lifted_at.is_(None), record.c.state.not_in(("unpublished", "masked")), ~record.c.minor, ~record.c.of_person)
        .order_by(measure.c.id)
    )  # fmt: skip
