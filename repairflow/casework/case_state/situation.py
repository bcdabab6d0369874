"""Facts: everything guards, letters and pages may know of a case, gathered once per look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from repairflow.casework import clock_guard, deadline_table, rows_by_id
from repairflow.casework.case_state import act_objects
from repairflow.casework.case_state.steps import SERVICE, steps_of
from repairflow.casework.command_ids import CommandId
from repairflow.casework.event_log import LawUsed
from repairflow.errors import NotFound
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Done
from repairflow.law.guards.lists_and_interviews import closed_steps
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.prepared import Prepared, constant
from repairflow.records import calendar_year, event
from repairflow.records.rows import ActRow, CaseRow, RecordRow


class StepRow(NamedTuple):
    """A step of a case, or the service of a letter, as its event has it."""

    seq: int
    at: datetime
    action: str
    to_state: str | None
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
    ahead: datetime | None


_steps = select(
    event.c.seq, event.c.at, event.c.action, event.c.to_state, event.c.actor_id, event.c.actor_name, event.c.body
).order_by(event.c.seq)
_of_service = [event.c.action == constant(name) for name in SERVICE]
_of_case = and_(event.c.case_id == bindparam("case"), or_(event.c.to_state.is_not(None), *_of_service))
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
        clock_guard.seen_ahead.scalar_subquery().label("ahead"),
    ).where(or_(_of_case, event.c.command_id == bindparam("command"))),
    PastRow,
)


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
    act: ActRow | None = None  # 行政许可等信息, where the case is about one and about no record

    @cached_property
    def done(self) -> frozenset[str]:
        """The names of the steps taken so far."""
        return frozenset(step.action for step in self.history)

    @cached_property
    def closed(self) -> frozenset[str]:
        """The names of the steps it can never take, being about a list of the other kind."""
        said = (
            *(step.inputs for step in reversed(self.history)),
            self.case.inputs,
            self.record.source if self.record else {},
        )
        code = next((one["list_kind"] for one in said if one.get("list_kind")), "")
        return closed_steps(self.procedure, self.pack.list_kind.get(str(code)))

    @cached_property
    def dues(self) -> Mapping[str, Due]:
        """Its running and paused limits, by clock."""
        return deadline_table.live(self.procedure, self.history, self.calendar, self.today)


def pinned(law: Library, case: CaseRow) -> tuple[Procedure, RulePack]:
    """Return the procedure version and rule pack a case keeps until it ends; NotFound when this node lacks them."""
    pack = law.packs.get(case.pack)
    if pack is None:
        raise NotFound(f"本机没有规则包 {case.pack} 的文件")
    return law.procedure(case.procedure, case.procedure_version), pack


def law_of(at: Situation) -> LawUsed:
    """Return the law that an event of this case rests on."""
    return LawUsed(at.procedure, at.pack, at.calendar)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened in a case before a command: its history, and the event of the same command (in whatever case).

    `newest_year` is the greatest id of the calendar years loaded at run time, `newest_at` the time of the case's last event;
    None where the case has no event. `ahead` is what `clock_guard.seen_ahead` gives.
    """

    history: tuple[Done, ...]
    same: PastRow | None
    newest_year: int | None
    newest_at: datetime | None
    ahead: datetime | None


def past(tx: Connection, case: CaseRow, command_id: CommandId) -> Past:
    """Return the past of a locked case, in one question."""
    rows = _past.run(tx, case=case.id, command=command_id).rows
    same = next((row for row in rows if row.command_id == command_id), None)
    history = steps_of(row for row in rows if row.case_id == case.id)
    if not rows:  # a case has its filing: only one of a hand-made database has not
        return Past(history, same, None, None, None)
    return Past(history, same, rows[0].newest_year, rows[0].newest_at, rows[0].ahead)


def situation(
    tx: Connection,
    law: Library,
    case: CaseRow,
    today: date,
    *,
    lock: bool = False,
    history: tuple[Done, ...] | None = None,
) -> Situation:
    """Read all that belongs to a case row; with `lock` its record or act is locked too (always after the case).

    `history` spares the look at the trail to a caller who has it.
    """
    procedure, pack = pinned(law, case)
    row = locked_record(tx, case.record_id) if lock else read_record(tx, case.record_id)
    if history is None:
        history = history_of(tx, case.id)
    act = act_objects.by_id(tx, case.act_id, lock=lock)
    return Situation(case, row, procedure, pack, history, law.calendars.of(case.division_code), today, act)


def read_record(tx: Connection, record_id: int | None) -> RecordRow | None:
    """Return the record row, or None for a case about no record."""
    return rows_by_id.record_there(tx, record_id) if record_id is not None else None


def locked_record(tx: Connection, record_id: int | None) -> RecordRow | None:
    """Return the record row, locked until the transaction ends."""
    return rows_by_id.record_locked(tx, record_id) if record_id is not None else None


def history_of(tx: Connection, case_id: int) -> tuple[Done, ...]:
    """Return the steps of a case, oldest first: what clocks and guards follow from."""
    return steps_of(_history.run(tx, case=case_id).rows)
