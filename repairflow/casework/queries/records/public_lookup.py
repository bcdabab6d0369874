"""What anybody may look up of an organisation: its records in publicity and the public lists it stands on, by its whole credit
code or exactly its name. Who is unknown, a person, or has nothing public any more is answered alike, by the same statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from repairflow.casework.queries.records import list_registry, voluntary
from repairflow.casework.queries.records.credit_file import KIND_LABELS
from repairflow.casework.queries.records.credit_inquiry import shown_on
from repairflow.casework.told_periods import Dated, dated, told_of
from repairflow.law import classing
from repairflow.law.identifiers import normalise
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import Severity
from repairflow.law.publicity import list_days, stay_is_over
from repairflow.law.sectors import lists_without_new
from repairflow.records import cases, list_entry, office, record, stays_from, subject
from repairflow.records.rows import all_rows

PERSON, ORGANISATION = "natural_person", "organisation"
MOST = 200


class PublicRecord(NamedTuple):
    """A record in publicity as everybody sees it."""

    name: str
    uscc: str
    number: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: Severity
    class_waits_for: str | None
    publish_from: date | None
    max_until: date | None
    state: str
    authority: str
    id: int
    pack: str
    authority_id: int
    source: Mapping[str, object]

    @property
    def kind_label(self) -> str:
        """What kind of information it is."""
        return KIND_LABELS.get(self.kind, self.kind)

    @property
    def class_label(self) -> str:
        """轻微、一般、严重, said to be provisional where it is."""
        return classing.label(self.severity, self.class_waits_for)

    @property
    def disputed(self) -> bool:
        """Whether somebody objected and it is not decided yet (异议标注)."""
        return self.state == "disputed"


class _Entry(NamedTuple):
    name: str
    uscc: str
    list_kind: str
    record_id: int | None
    listed_on: date
    since: date
    until: date | None
    office: str
    id: int
    office_id: int
    pack: str  # of the case that listed it


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A public list an organisation stands on."""

    code: str
    label: str
    listed_on: date
    until: date | None
    office: str
    told: bool  # whether somebody has read what its stay rests on, or its office has confirmed it


@dataclass(frozen=True, slots=True)
class Found:
    """One organisation with what stands before the public."""

    name: str
    uscc: str
    records: tuple[PublicRecord, ...]
    entries: tuple[PublicEntry, ...]
    told: frozenset[int] = frozenset()  # ids of records whose period somebody has read, or its office has confirmed
    cut: bool = False  # whether more stands before the public than is told here
    voluntary: tuple[voluntary.Voluntary, ...] = ()  # what it had verified and agreed to make public


def look_up(tx: Connection, law: Library, text: str, today: date) -> tuple[Found, ...]:
    """Organisations with this code or exactly this name of whom something stands before the public on this day.

    Several bear one name now and then; each is told with its code. Empty alike for a person, for somebody unknown, and
    where all is sealed, ended or was never public. The newest MOST of each sort are told.
    """
    found = {one.uscc: one for one in _standing(tx, law, _bears(text), today, MOST)}
    for (name, code), told in voluntary.public(tx, law, _bears(text), today).items():
        found[code] = replace(found.get(code) or Found(name, code, (), ()), voluntary=told)
    return tuple(found.values())


def of_subject(tx: Connection, law: Library, subject_id: int, today: date) -> Found:
    """Return what stands before the public of one subject; of one of whom nothing does, both parts and the names are empty."""
    found = _standing(tx, law, subject.c.id == subject_id, today)
    return found[0] if found else Found("", "", (), ())


def _standing(
    tx: Connection, law: Library, whom: ColumnElement[bool], today: date, most: int | None = None
) -> tuple[Found, ...]:
    more = None if most is None else most + 1
    shown = shown_on(lists_without_new(law, today), today)
    records = all_rows(tx.execute(_RECORDS.where(whom, shown).limit(more)), PublicRecord)
    stands = or_(list_entry.c.record_id.is_(None), shown)
    entries = all_rows(tx.execute(_ENTRIES.where(whom, stands).limit(more)), _Entry)
    cut = most is not None and max(len(records), len(entries)) > most
    records, entries = records[:most], entries[:most]
    known, told = list_registry.kinds(law, today), told_of(tx, law, map(dated, records))
    stays = told_of(
        tx, law, (Dated(one.id, one.pack, "serious", one.list_kind, one.office_id, None) for one in entries)
    )
    lists = [(one, _listed(one, known, one.id in stays, today)) for one in entries]
    names = {one.uscc: one.name for one in records} | {one.uscc: one.name for one, said in lists if said}
    return tuple(
        Found(
            name, code, tuple(one for one in records if one.uscc == code),
            tuple(said for one, said in lists if said is not None and one.uscc == code), told, cut,
        )
        for code, name in names.items()
    )  # fmt: skip


def _bears(text: str) -> ColumnElement[bool]:
    """Return a name alone finds no 个体工商户: many are registered under the name of the person who runs them."""
    return or_(
        and_(subject.c.uscc == normalise(text), subject.c.kind != PERSON),
        and_(subject.c.name == text, subject.c.kind == ORGANISATION, subject.c.uscc.is_not(None)),
    )


def _listed(one: _Entry, known: Mapping[str, list_registry.Kept], told: bool, today: date) -> PublicEntry | None:
    kept = known.get(one.list_kind)
    if kept is None or not kept.kind.public:
        return None
    if one.record_id is None and stay_is_over(kept.kind, one.since, today):
        return None
    until = one.until or list_days(kept.kind, one.since).max_until
    return PublicEntry(one.list_kind, kept.kind.label, one.listed_on, until, one.office, told)


_RECORDS = (
    select(
        subject.c.name, subject.c.uscc, record.c.number, record.c.kind, record.c.document_number, record.c.decision_date,
        record.c.behaviour, record.c.severity, record.c.class_waits_for, record.c.publish_from, record.c.max_until,
        record.c.state, office.c.name.label("authority"), record.c.id, record.c.pack, record.c.authority_id, record.c.source,
    )
    .join(subject, subject.c.id == record.c.subject_id)
    .join(office, office.c.id == record.c.authority_id)
    .order_by(record.c.decision_date.desc(), record.c.id.desc())
)  # fmt: skip
_ENTRIES = (
    select(
        subject.c.name, subject.c.uscc, list_entry.c.list_kind, list_entry.c.record_id, list_entry.c.listed_on,
        stays_from.label("since"),
        record.c.max_until.label("until"), office.c.name.label("office"), list_entry.c.id, office.c.id.label("office_id"),
        cases.c.pack,
    )
    .join(subject, subject.c.id == list_entry.c.subject_id)
    .join(cases, cases.c.id == list_entry.c.case_id)
    .join(office, office.c.id == cases.c.deciding_id)
    .outerjoin(record, record.c.id == list_entry.c.record_id)
    # An entry of nobody else's: asked so that the index of linked persons, where most rows are null, is of no use
    .where(list_entry.c.left_on.is_(None), func.coalesce(list_entry.c.principal_id, 0) == 0)
    .order_by(list_entry.c.id.desc())
)  # fmt: skip
