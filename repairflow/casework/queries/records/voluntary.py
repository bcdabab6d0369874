"""Voluntary information (自愿申报信息): what a subject said of itself and an office found true, as long as the subject agrees to its use.

Offices see all that stands; everybody sees what an organisation agreed to make public. Nothing of it is seen once the consent is
taken back, its time is over or it was found untrue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from repairflow.law.identifiers import without_personal_numbers
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline, office, subject
from repairflow.records.rows import all_rows
from repairflow.times import local_day

PROCEDURE, STANDING, VALIDITY = "voluntary", "standing", "validity"
PUBLIC = "public"
USES = "voluntary_uses"


class _Row(NamedTuple):
    number: str
    procedure_version: str
    pack: str
    kind: str | None
    state: str
    inputs: dict[str, object]
    filed_at: datetime
    office_name: str
    until: date | None
    subject_name: str
    uscc: str | None


_until = select(func.max(deadline.c.due_day)).where(deadline.c.case_id == cases.c.id, deadline.c.clock == VALIDITY)
_QUERY = (
    select(
        *(cases.c[name] for name in _Row._fields[:7]),
        office.c.name.label("office_name"),
        _until.correlate(cases).scalar_subquery().label("until"),
        subject.c.name.label("subject_name"),
        subject.c.uscc,
    )
    .join(office, office.c.id == cases.c.deciding_id)
    .join(subject, subject.c.id == cases.c.subject_id)
    .where(cases.c.procedure == PROCEDURE)
    .order_by(cases.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Voluntary:
    """One piece of information; `use` is what the subject agreed to, in words."""

    number: str
    kind: str
    matter: str
    text: str
    office: str
    given_on: date
    until: date | None
    state: str
    use: str
    stands: bool
    public: bool


def of_subject(tx: Connection, law: Library, subject_id: int, *, stands: bool) -> tuple[Voluntary, ...]:
    """State that of one subject, newest first: all of it for the subject itself, what stands for offices."""
    query = _QUERY.where(cases.c.subject_id == subject_id)
    if stands:
        query = query.where(cases.c.state == STANDING)
    return tuple(_said(law, row) for row in all_rows(tx.execute(query), _Row))


def public(
    tx: Connection, law: Library, whom: ColumnElement[bool], today: date
) -> dict[tuple[str, str], tuple[Voluntary, ...]]:
    """Return what everybody may read of these organisations on this day, by name and code, whether or not the worker has ended what
    is over. One statement, whoever is known: how long it takes tells nothing."""
    told: dict[tuple[str, str], tuple[Voluntary, ...]] = {}
    for row in all_rows(tx.execute(_QUERY.where(whom, cases.c.state == STANDING)), _Row):
        one = _said(law, row)
        if one.public and (one.until is None or today <= one.until):
            whose = (row.subject_name, str(row.uscc))
            told[whose] = (*told.get(whose, ()), one)
    return told


def _said(law: Library, row: _Row) -> Voluntary:
    procedure = law.procedure(PROCEDURE, row.procedure_version)
    uses = law.packs[row.pack].lists.get(USES, {})
    use = str(row.inputs.get("consent") or "")
    matter, text = (without_personal_numbers(str(row.inputs.get(name) or "")) for name in ("matter", "undertaking"))
    return Voluntary(
        row.number, procedure.kinds.get(row.kind or "", procedure.label), matter, text, row.office_name,
        local_day(row.filed_at), row.until, procedure.state[row.state].label,
        uses[use].label if use in uses else "", row.state == STANDING, use == PUBLIC,
    )  # fmt: skip
