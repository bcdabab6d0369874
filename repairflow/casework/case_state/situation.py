"""Facts: everything guards, letters and pages may know of a case, gathered once per look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from repairflow.auditing import chain
from repairflow.casework import deadline_table
from repairflow.casework.command_ids import CommandId
from repairflow.errors import NotFound
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Done, Facts, Linked, RecordFacts
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.prepared import Prepared
from repairflow.records import calendar_year, case_link, cases, event, material, outbox, record, subject, target
from repairflow.records.rows import CaseRow, RecordRow, all_rows
from repairflow.times import local_day


class StepRow(NamedTuple):
    """A step of a case, as its event has it."""

    seq: int
    at: datetime
    action: str
    to_state: str
    actor_id: int | None
    actor_name: str
    body: bytes


class PastRow(NamedTuple):
    """A step of a case or the event of a command, and how new the law and the case are."""

    seq: int
    at: datetime
    action: str
    to_state: str | None
    actor_id: int | None
    actor_name: str
    body: bytes
    case_id: int | None
    from_state: str | None
    command_id: str | None
    digest: str
    newest_year: int
    newest_at: datetime | None


class _Handed(NamedTuple):
    kind: str
    step: int | None


class _Pushed(NamedTuple):
    name: str
    state: str


class _Barred(NamedTuple):
    no_commitment_until: date | None


_steps = select(
    event.c.seq, event.c.at, event.c.action, event.c.to_state, event.c.actor_id, event.c.actor_name, event.c.body
).order_by(event.c.seq)
_of_case = and_(event.c.case_id == bindparam("case"), event.c.to_state.is_not(None))
_history = Prepared(_steps.where(_of_case), StepRow)
_newest = event.alias("newest")
_past = Prepared(
    _steps.add_columns(
        event.c.case_id,
        event.c.from_state,
        event.c.command_id,
        event.c.digest,
        select(func.coalesce(func.max(calendar_year.c.id), 0)).scalar_subquery().label("newest_year"),
        select(_newest.c.at)
        .where(_newest.c.case_id == bindparam("case"))
        .order_by(_newest.c.seq.desc())
        .limit(1)
        .scalar_subquery()
        .label("newest_at"),
    ).where(or_(_of_case, event.c.command_id == bindparam("command"))),
    PastRow,
)
_of_id = select(record).where(record.c.id == bindparam("record"))
_record, _record_locked = Prepared(_of_id, RecordRow), Prepared(_of_id.with_for_update(), RecordRow)
_materials = Prepared(
    select(material.c.kind, material.c.step).where(material.c.case_id == bindparam("case")).order_by(material.c.id),
    _Handed,
)
_pushes = Prepared(
    select(target.c.name, outbox.c.state)
    .join(target, target.c.id == outbox.c.target_id)
    .where(outbox.c.case_id == bindparam("case"), outbox.c.topic == "push")
    .order_by(outbox.c.id),
    _Pushed,
)
_barred = Prepared(select(subject.c.no_commitment_until).where(subject.c.id == bindparam("subject")), _Barred)


CLOCK_GUARDS = frozenset({"clock_not_yet_over"})
"""Guards that look at due days: others spare the count."""

LINK_GUARDS = frozenset(
    {
        "other_office_than_first", "other_person_than_first", "linked_case_closed", "first_case_was",
        "within_days_of_first",
    }
)  # fmt: skip
"""Guards that look at linked cases: others spare the query."""


@dataclass(frozen=True)
class Situation:
    """A case as it stands: its row, record, law and history; its limits are counted when somebody asks."""

    case: CaseRow
    record: RecordRow | None
    procedure: Procedure
    pack: RulePack
    history: tuple[Done, ...]
    calendar: Calendar
    today: date

    @cached_property
    def dues(self) -> Mapping[str, Due]:
        """Its running and paused limits, by clock."""
        return deadline_table.live(self.procedure, self.history, self.calendar, self.today)


def pinned(law: Library, case: CaseRow) -> tuple[Procedure, RulePack]:
    """The procedure version and rule pack a case keeps until it ends; NotFound when this node lacks them."""
    pack = law.packs.get(case.pack)
    if pack is None:
        raise NotFound(f"本机没有规则包 {case.pack} 的文件")
    return law.procedure(case.procedure, case.procedure_version), pack


@dataclass(frozen=True, slots=True)
class Past:
    """What happened in a case before a command: its history, and the event of the same command (in whatever case).

    `newest_year` is the greatest id of the calendar years loaded at run time, `newest_at` the time of the case's last event;
    None where the case has no event.
    """

    history: tuple[Done, ...]
    same: PastRow | None
    newest_year: int | None
    newest_at: datetime | None


def past(tx: Connection, case: CaseRow, command_id: CommandId) -> Past:
    """The past of a locked case, in one question."""
    rows = _past.ask(tx, case=case.id, command=command_id).rows
    same = next((row for row in rows if row.command_id == command_id), None)
    history = tuple([_done(row, row.to_state) for row in rows if row.case_id == case.id and row.to_state is not None])
    newest_year, newest_at = (rows[0].newest_year, rows[0].newest_at) if rows else (None, None)
    return Past(history, same, newest_year, newest_at)


def situation(
    tx: Connection,
    law: Library,
    case: CaseRow,
    today: date,
    *,
    lock: bool = False,
    history: tuple[Done, ...] | None = None,
) -> Situation:
    """Read all that belongs to a case row; with `lock` the record row is locked too (always after the case).

    `history` spares the look at the trail to a caller who has it.
    """
    procedure, pack = pinned(law, case)
    row = locked_record(tx, case.record_id) if lock else read_record(tx, case.record_id)
    if history is None:
        history = history_of(tx, case.id)
    return Situation(case, row, procedure, pack, history, law.calendars.of(case.division_code), today)


def read_record(tx: Connection, record_id: int | None) -> RecordRow | None:
    """The record row, or None for a case about no record."""
    return _record.ask(tx, record=record_id).first if record_id is not None else None


def locked_record(tx: Connection, record_id: int | None) -> RecordRow | None:
    """The record row, locked until the transaction ends."""
    return _record_locked.ask(tx, record=record_id).first if record_id is not None else None


def history_of(tx: Connection, case_id: int) -> tuple[Done, ...]:
    """The steps of a case, oldest first: what clocks and guards follow from."""
    return tuple([_done(row, row.to_state) for row in _history.ask(tx, case=case_id).rows])


def _done(row: StepRow | PastRow, to_state: str) -> Done:
    inputs = chain.content(row.body).get("inputs", {})
    return Done(row.at, row.action, to_state, inputs, row.seq, row.actor_id, row.actor_name)


def record_facts(row: RecordRow | None) -> RecordFacts | None:
    """What guards may know of a record row."""
    if row is None:
        return None
    return RecordFacts(
        row.number,
        row.kind,
        row.severity,
        row.state,
        row.apply_from,
        row.min_until,
        row.max_until,
        tuple(row.penalty_kinds),
        list_kind=row.source.get("list_kind"),
        minor=row.minor,
        annulled=row.annulled_at is not None,
    )


def facts(
    tx: Connection,
    at: Situation,
    action: str,
    *,
    inputs: Mapping[str, Any],
    fresh: tuple[str, ...],
    now: datetime,
    actor_id: int | None = None,
) -> Facts:
    """What the guards of `action` may look at; `fresh` are kinds of materials that come with this step."""
    case = at.case
    uses = {use.guard for use in at.procedure.action[action].guards}
    materials: list[tuple[str, int]] = []
    if uses & {"materials_complete", "new_material_supplied"}:
        materials = [(row.kind, row.step or 0) for row in _materials.ask(tx, case=case.id).rows]
    pushes: tuple[tuple[str, str], ...] = ()
    if "all_targets_acknowledged" in uses:
        pushes = tuple((row.name, row.state) for row in _pushes.ask(tx, case=case.id).rows)
    barred = None
    if "commitment_route_open" in uses:
        (barred,) = _barred.ask(tx, subject=case.subject_id).rows[0]
    return Facts(
        procedure=at.procedure,
        pack=at.pack,
        action=action,
        now=now,
        today=local_day(now),
        history=at.history,
        inputs=inputs,
        filing=case.inputs,
        record=record_facts(at.record),
        materials=(*materials, *((kind, 0) for kind in fresh)),
        filed_by_agent=bool(case.inputs.get("filed_by_agent")),
        open_same=other_open(tx, case.procedure, case.record_id, case.id) if "no_duplicate_pending" in uses else (),
        pushes=pushes,
        due_days={name: due.due_day for name, due in at.dues.items()} if uses & CLOCK_GUARDS else {},
        no_commitment_until=barred,
        kind=case.kind,
        actor_id=actor_id,
        linked=linked(tx, case.id) if uses & LINK_GUARDS else (),
        deciding_id=case.deciding_id,
        division_code=case.division_code,
        calendar=at.calendar,
    )


def linked(tx: Connection, case_id: int) -> tuple[Linked, ...]:
    """The cases joined to this one, whichever came first."""
    found = []
    for opened_this, ours, theirs in (
        (True, case_link.c.to_id, case_link.c.from_id),
        (False, case_link.c.from_id, case_link.c.to_id),
    ):
        rows = tx.execute(
            select(cases).join(case_link, theirs == cases.c.id).where(ours == case_id).order_by(cases.c.id)
        )
        for row in all_rows(rows, CaseRow):
            found.append(linked_case(tx, row, opened_this=opened_this))
    return tuple(found)


def linked_case(tx: Connection, row: CaseRow, *, opened_this: bool) -> Linked:
    """What guards may know of a linked case's row."""
    actors = tx.execute(
        select(event.c.actor_id).where(event.c.case_id == row.id, event.c.actor_id.is_not(None)).distinct()
    ).scalars()
    return Linked(
        row.number, row.procedure, row.state, row.outcome, row.deciding_id, frozenset(actors), opened_this,
        local_day(row.closed_at) if row.closed_at is not None else None, row.kind,
    )  # fmt: skip


def decided_before(tx: Connection, procedure: str, before: CaseRow | None) -> tuple[str, ...]:
    """Numbers of cases of a procedure opened after the case row `before` and decided on their merits."""
    if before is None:
        return ()
    rows = tx.execute(
        select(cases.c.number, cases.c.outcome)
        .join(case_link, case_link.c.to_id == cases.c.id)
        .where(case_link.c.from_id == before.id, cases.c.procedure == procedure, cases.c.outcome.is_not(None))
        .order_by(cases.c.id)
    )
    return tuple(row.number for row in rows if row.outcome not in {"withdrawn", "lapsed", "refused"})


def other_open(tx: Connection, procedure: str, record_id: int | None, but: int | None) -> tuple[str, ...]:
    """Numbers of other open cases of this procedure on the record."""
    if record_id is None:
        return ()
    rows = tx.execute(
        select(cases.c.id, cases.c.number).where(
            cases.c.record_id == record_id, cases.c.procedure == procedure, cases.c.closed_at.is_(None)
        )
    )
    return tuple(row.number for row in rows if row.id != but)
