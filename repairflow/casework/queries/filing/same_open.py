"""Cases of the same kind that are open already (同类办件): what a filing would double is told before anybody fills in a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope, may_see
from repairflow.casework.queries.filing.for_officers import About
from repairflow.law.guards.apart import DUPLICATE, stands_apart
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.records import case_link, cases
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
    return all_doubled(tx, law, actor, procedure, [(found, kinds)])[0]


def all_doubled(
    tx: Connection, law: Library, actor: Actor, procedure: Procedure, hits: Sequence[tuple[About, Sequence[str]]]
) -> list[Doubled]:
    """Return it for each of these, with the kinds that may be filed: as many questions for all as for one."""
    about = [found for found, _ in hits]
    if all(use.guard != DUPLICATE for use in procedure.filing_guards):
        told = _of_subjects(tx, actor, procedure, about)
        return [Doubled(tuple(_told(law, actor, row) for row in told.get(found.subject.id, ()))) for found in about]
    rows, after = _open_of(tx, procedure, about)
    answers = []
    for found, kinds in hits:
        same = [row for row in rows if _about_the_same(row, found, after)]
        ways = [
            [row for row in same if not stands_apart(procedure.filing_guards, kind) or row.kind == kind]
            for kind in (kinds or (None,))
        ]
        met = {row.id for way in ways for row in way}
        answers.append(Doubled(tuple(_told(law, actor, row) for row in same if row.id in met), all(ways)))
    return answers


def _open_of(
    tx: Connection, procedure: Procedure, about: Sequence[About]
) -> tuple[Sequence[CaseRow], Set[tuple[int, int]]]:
    """Return the open cases of the procedure about any of these, oldest first, and which cases follow which of theirs."""
    records = sorted({one.record.id for one in about if one.record is not None})
    acts = sorted({one.act.id for one in about if one.act is not None})
    befores = sorted({one.case.id for one in about if one.case is not None})
    follow = select(case_link.c.from_id, case_link.c.to_id).where(case_link.c.from_id.in_(befores))
    after = {(row.from_id, row.to_id) for row in tx.execute(follow)} if befores else set()
    same: list[ColumnElement[bool]] = []
    if records:
        same.append(cases.c.record_id.in_(records))
    if acts:
        same.append(cases.c.act_id.in_(acts))
    if after:
        same.append(cases.c.id.in_({to_id for _, to_id in after}))
    if not same:
        return (), after
    open_ = select(cases).where(or_(*same), cases.c.procedure == procedure.procedure, cases.c.closed_at.is_(None))
    return all_rows(tx.execute(open_.order_by(cases.c.id)), CaseRow), after


def _about_the_same(row: CaseRow, found: About, after: Set[tuple[int, int]]) -> bool:
    """Tell whether a case is about the same record or act, or follows the same case."""
    if found.act is not None and row.act_id == found.act.id:
        return True
    if found.record is not None and row.record_id == found.record.id:
        return True
    return found.case is not None and (found.case.id, row.id) in after


def _of_subjects(
    tx: Connection, actor: Actor, procedure: Procedure, about: Sequence[About]
) -> Mapping[int, list[CaseRow]]:  # fmt: skip
    """Return, by subject, the newest open cases of the procedure that the actor may see."""
    if procedure.subject != "subject" or procedure.confidential or not about:
        return {}
    newest = func.row_number().over(partition_by=cases.c.subject_id, order_by=cases.c.id.desc())
    whose = cases.c.subject_id.in_(sorted({one.subject.id for one in about}))
    ranked = (
        select(cases, newest.label("place"))
        .where(whose, cases.c.procedure == procedure.procedure, cases.c.closed_at.is_(None), case_scope(actor))
        .subquery()
    )
    columns = (ranked.c[name] for name in CaseRow._fields)
    told: dict[int, list[CaseRow]] = {}
    rows = tx.execute(select(*columns).where(ranked.c.place <= MOST).order_by(ranked.c.id.desc()))
    for row in all_rows(rows, CaseRow):
        told.setdefault(row.subject_id, []).append(row)
    return told


def _told(law: Library, actor: Actor, row: CaseRow) -> SameOpen:
    procedure = law.procedure(row.procedure, row.procedure_version)
    kind = procedure.kinds.get(row.kind or "", "")
    seen = may_see(actor, row)
    state = procedure.state[row.state].label if seen else ""
    return SameOpen(row.number, "，".join(one for one in (kind, state) if one), seen)
