"""The chain around a case: where it came from, what followed, and what may be asked after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, literal, select, union_all

from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state import guard_facts
from repairflow.casework.case_state.subject_facts import of_subject
from repairflow.casework.cases.opening import offices
from repairflow.casework.permissions import may_see
from repairflow.casework.queries.filing.on_record import BROUGHT_BY_FORM
from repairflow.errors import Refused
from repairflow.law.guards import answer_all
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.read_once import read_once
from repairflow.records import case_link, cases
from repairflow.records.rows import CaseRow, RecordRow, all_rows
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Link:
    """A linked case. `number` is empty for one the actor may not see: then nothing else is told of it either."""

    came_first: bool  # this case follows from it; else it follows from this one
    number: str = ""
    label: str = ""
    state: str = ""
    by: str = ""  # the step by which the later of the two was opened
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sequel:
    """A procedure that may be asked for after a case, and what stands in the way; `case` is the open one, if any."""

    procedure: Procedure
    obstacles: tuple[str, ...]
    case: str | None

    @property
    def open(self) -> bool:
        """Whether it may be asked for now."""
        return not self.obstacles and self.case is None


def links(tx: Connection, law: Library, actor: Actor, case: CaseRow) -> tuple[Link, ...]:
    """Cases linked to the case row, those it came from first.

    Of 投诉 and 举报, and of what is not served yet, a subject learns nothing, not even that there is one.
    """
    found = []
    before, after = (
        select(case_link.c.action, ours.label("ours"), theirs.label("theirs")).where(ours == case.id)
        for ours, theirs in ((case_link.c.to_id, case_link.c.from_id), (case_link.c.from_id, case_link.c.to_id))
    )
    joined = union_all(
        before.add_columns(literal(1).label("first")), after.add_columns(literal(0).label("first"))
    ).subquery()
    query = select(joined.c.action, joined.c.first, *cases.c).join(joined, joined.c.theirs == cases.c.id)
    for by_action, first, *columns in tx.execute(query.order_by(joined.c.first.desc(), cases.c.id)):
        row = CaseRow._make(columns)
        if may_see(actor, row):
            found.append(_link(law, row, case, by_action, came_first=bool(first)))
        elif not ((row.confidential or row.internal) and actor.kind == "agent"):
            found.append(Link(bool(first)))
    return tuple(found)


CARRIES_OUT = "correction"
"""The procedure by which an office carries out what a review, a complaint or a court decided."""


def carried_out(tx: Connection, case: CaseRow) -> bool:
    """Tell whether an office still carries out what this case decided, of which its subject sees no case of its own yet."""
    query = (
        select(cases.c.id)
        .join(case_link, case_link.c.to_id == cases.c.id)
        .where(
            case_link.c.from_id == case.id, cases.c.procedure == CARRIES_OUT, cases.c.internal, cases.c.closed_at.is_(None),
            case_link.c.action.is_not(None),
        )
    )  # fmt: skip
    return case.closed_at is not None and not case.confidential and tx.execute(query.limit(1)).first() is not None


def _may_follow(
    tx: Connection, law: Library, procedure: Procedure, case: CaseRow, row: RecordRow | None, now: datetime
) -> bool:  # fmt: skip
    """Tell whether a procedure is about cases that ended like this, whoever would handle it."""
    known = replace(
        guard_facts.of_filing(procedure, law.pack_on(local_day(now)), now, row),
        linked=(guard_facts.linked_case(tx, case, opened_this=True),),
    )
    return all(
        one.ok
        for one in answer_all(tuple(use for use in procedure.filing_guards if use.guard == "first_case_was"), known)
    )


def sequels(
    tx: Connection,
    law: Library,
    actor: Actor,
    case: CaseRow,
    row: RecordRow | None,
    among: Collection[Procedure],
    now: datetime,
) -> tuple[Sequel, ...]:
    """Of `among`, the procedures that follow such a case (its row, and its record's), with what stands in their way.

    What a case that ended like this never leads to is left out.
    """
    if case.closed_at is None:
        return ()
    found = []
    for general in among:
        if general.subject != "case":
            continue
        try:
            procedure, pack = rules_for(
                tx, law, general.procedure, local_day(now), row.authority_id if row is not None else case.deciding_id,
                case.procedure,
            )  # fmt: skip
            _, deciding, _ = offices(tx, procedure, row, actor, case, {})
        except Refused as error:
            if not _may_follow(tx, law, general, case, row, now):
                continue
            found.append(Sequel(general, tuple(refusal.text for refusal in error.refusals), None))
            continue
        same = _open_after(tx, procedure.procedure, case)
        known = replace(
            guard_facts.of_filing(procedure, pack, now, row),
            actor_id=actor.id,
            deciding_id=deciding,
            linked=(guard_facts.linked_case(tx, case, opened_this=True),),
            calendar=law.calendars.of(case.division_code),
        )
        known = of_subject(tx, known, procedure.filing_guards, case.subject_id, row)
        # whether there is something new (not_decided_before) the form itself will say
        left_out = BROUGHT_BY_FORM | {"not_decided_before", "no_duplicate_pending"}
        answers = answer_all(tuple(use for use in procedure.filing_guards if use.guard not in left_out), known)
        if any(answer.guard == "first_case_was" and not answer.ok for answer in answers):
            continue
        obstacles = [answer.text for answer in answers if not answer.ok]
        if same is not None and not may_see(actor, same):
            obstacles.append("已经提出，正在办理")
        seen = same.number if same is not None and may_see(actor, same) else None
        found.append(Sequel(procedure, tuple(obstacles), seen))
    return tuple(found)


def _open_after(tx: Connection, procedure: str, case: CaseRow) -> CaseRow | None:
    """Return the open case of this procedure that follows the case."""
    found = (
        select(cases)
        .join(case_link, case_link.c.to_id == cases.c.id)
        .where(case_link.c.from_id == case.id, cases.c.closed_at.is_(None))
        .order_by(cases.c.id)
    )
    rows = read_once(tx, ("open_after", case.id), lambda: all_rows(tx.execute(found), CaseRow))
    return next((row for row in rows if row.procedure == procedure), None)


def _link(law: Library, row: CaseRow, case: CaseRow, by_action: str, *, came_first: bool) -> Link:
    procedure = law.procedure(row.procedure, row.procedure_version)
    earlier = procedure if came_first else law.procedure(case.procedure, case.procedure_version)
    step = earlier.action.get(by_action)
    state = procedure.state.get(row.state)
    kind = procedure.kinds.get(row.kind or "", "")
    return Link(
        came_first,
        row.number,
        kind or procedure.label,
        state.label if state is not None else row.state,
        step.label if step is not None else "",
        row.closed_at,
    )
