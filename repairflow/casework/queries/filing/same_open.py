"""Cases of the same kind that are open already (同类办件): what a filing would double is told before anybody fills in a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.guard_facts import other_open
from repairflow.casework.permissions import case_scope, may_see
from repairflow.casework.queries.filing.for_officers import About
from repairflow.law.guards.apart import DUPLICATE, stands_apart
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.records import cases
from repairflow.records.rows import CaseRow, all_rows

MOST = 5


class SameOpen(NamedTuple):
    """An open case of the procedure about the same; `seen`: whether the actor may look into it."""

    number: str
    label: str
    seen: bool


class Doubled(NamedTuple):
    """The open cases that a filing would double. `refused`: whether none is taken in beside them, of whichever kind."""

    cases: tuple[SameOpen, ...] = ()
    refused: bool = False


NOTHING_OPEN = Doubled()


def doubled(
    tx: Connection, law: Library, actor: Actor, procedure: Procedure, found: About, kinds: Sequence[str] = ()
) -> Doubled:
    """Return what is open already of what the actor would file; `kinds` are those it may file. Of a subject as such any number may be
    open, and only those that the actor may see are told."""
    if all(use.guard != DUPLICATE for use in procedure.filing_guards):
        return Doubled(_of_subject(tx, law, actor, procedure, found))
    ways = [
        other_open(
            tx, procedure.procedure, found.record.id if found.record is not None else None, None, found.case,
            of_kind=kind if stands_apart(procedure.filing_guards, kind) else None,
        )
        for kind in (kinds or (None,))
    ]  # fmt: skip
    numbers = list(dict.fromkeys(number for way in ways for number in way))
    rows = all_rows(tx.execute(select(cases).where(cases.c.number.in_(numbers)).order_by(cases.c.id)), CaseRow)
    return Doubled(tuple(_told(law, actor, row) for row in rows), all(ways))


def _of_subject(
    tx: Connection, law: Library, actor: Actor, procedure: Procedure, found: About
) -> tuple[SameOpen, ...]:  # fmt: skip
    query = (
        select(cases)
        .where(cases.c.subject_id == found.subject.id, cases.c.procedure == procedure.procedure)
        .where(cases.c.closed_at.is_(None), case_scope(actor))
        .order_by(cases.c.id.desc())
        .limit(MOST)
    )
    if procedure.subject != "subject" or procedure.confidential:
        return ()
    return tuple(_told(law, actor, row) for row in all_rows(tx.execute(query), CaseRow))


def _told(law: Library, actor: Actor, row: CaseRow) -> SameOpen:
    procedure = law.procedure(row.procedure, row.procedure_version)
    kind = procedure.kinds.get(row.kind or "", "")
    seen = may_see(actor, row)
    state = procedure.state[row.state].label if seen else ""
    return SameOpen(row.number, "，".join(one for one in (kind, state) if one), seen)
