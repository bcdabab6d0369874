"""The table of deadlines (到期事项): a cache of what law.clocks computes from a case's history, written by this module alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from repairflow.casework.event_names import EventName
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.count import open_dues
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.explanation import explain, proof
from repairflow.law.deadlines.ladder import Rung, rungs
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.model import Procedure
from repairflow.prepared import Prepared, inserting
from repairflow.records import deadline, rung_fired
from repairflow.records.rows import DeadlineRow

FIELDS = (
    "label", "owner", "state", "started_on", "due_day", "due_at", "provisional",
    "days_total", "days_remaining", "next_at", "next_rung",
)  # fmt: skip
OWN_EVENTS: Mapping[str, str] = {
    EventName.ESCALATE: "督办",
    EventName.CALENDAR_CHANGE: "放假安排公布，期限重算",
    EventName.ERRATUM: "规则勘误，期限重算",
    EventName.RECLASS: "失信程度和公示期重新核定",
    EventName.PROVISIONAL_CONFIRMED: "确认暂定的届满日",
    EventName.MIGRATE: "改用新的程序版本",
    EventName.UNDO_STEP: "撤回上一步",
    EventName.PUSH_RETRIED: "重新推送",
    EventName.PUSH_DECLINED: "对方平台不予办理",
    EventName.PUSH_UNDECIDED: "对方平台逾期未作处理",
    EventName.PUSH_MINDED: "跟进推送",
    EventName.PUSH_SETTLED: "标记受阻事项已处理",
    EventName.PREFER: "设为优先办理",
    EventName.PREFER_NO_MORE: "取消优先办理",
    EventName.REROUTE: "改由其他单位承办",
    EventName.SERVED: "文书送达",
    EventName.LETTER_OPENED: "受送达人打开文书",
    EventName.SERVICE_WITHDRAWN: "撤销送达登记",
    EventName.LETTER_CORRECTED: "文书更正",
    EventName.REISSUE_PROPOSED: "提请重新出具文书",
    EventName.REISSUE_DECLINED: "不同意重新出具文书",
    EventName.LETTER_REISSUED: "重新出具文书",
    EventName.LETTER_WITHDRAWN: "文书撤回",
    EventName.RECORD_HEARING: "登记听证情况",
    EventName.CORRECT_HEARING: "更正听证情况",
}
"""Events that are no action of a procedure: limits, changes of version and issued letters write them."""
RECALLED = "撤回决定或者告知"
"""What `UNDO_STEP` is called where the letter of the step was withdrawn with it."""


def own_label(action: str, content: Mapping[str, Any]) -> str:
    """Return what an event that is no action of a procedure is called, by what it says; its name where it is none of ours."""
    if action == EventName.UNDO_STEP and content.get("withdrawn"):
        return RECALLED
    return OWN_EVENTS.get(action, action)


WAITS_FOR_CALENDAR = "届满日是暂定的：该年放假安排尚未载入。载入后自动重算；也可以由督办人员确认。"
"""Why a subject's lapse is held: its due day is provisional. It ends when the day moves or is settled, or a person confirms."""
WAITS_FOR_OFFICE = "到期处理依据的规则本单位没有确认，或者单位设置欠缺救济机关，不能自动执行。补齐后自动执行。"
"""Why what a limit leads to is held: its letter rests on nothing yet. It ends when the office confirms its rule or states its
settings, or the day moves."""
WAITS_FOR_OBJECTION = "公示期内收到异议，没有核查办结，也没有登记。办结或者登记后继续。"
"""Why the end of a publicity is held: somebody objected. It ends when the objection is found baseless, is registered, or the day
moves."""

AWAITED = (WAITS_FOR_OFFICE, WAITS_FOR_OBJECTION)
"""What is looked at anew when the day moves."""

LIMIT = ("state", "started_on", "due_day", "provisional", "days_total", "label", "owner")
_insert = Prepared(inserting(deadline, "case_id", "clock", *FIELDS))
_update = Prepared(
    update(deadline).where(deadline.c.id == bindparam("row")).values({name: bindparam(name) for name in FIELDS})
)
_delete = Prepared(delete(deadline).where(deadline.c.id == bindparam("row")))
_of_case = Prepared(select(deadline).where(deadline.c.case_id == bindparam("case")), DeadlineRow)


class _Fired(NamedTuple):
    """A rung that fired for a due day."""

    clock: str
    due_day: date
    rung: str


_fired = Prepared(
    select(rung_fired.c.clock, rung_fired.c.due_day, rung_fired.c.rung).where(
        rung_fired.c.case_id == bindparam("case"), rung_fired.c.returned_at.is_(None)
    ),
    _Fired,
)


def live(procedure: Procedure, history: tuple[Step, ...], calendar: Calendar, today: date) -> dict[str, Due]:
    """Return the limits of a case that run, stand still or wait for service, by clock."""
    return {due.clock: due for due in open_dues(procedure, history, calendar, today)}


def rung_name(rung: Rung) -> str:
    """Return how a rung is kept: remind:3, yellow, due, escalate:1."""
    return f"{rung.kind}:{rung.nth}" if rung.nth else rung.kind


def next_rung(due: Due, procedure: Procedure, fired: set[tuple[str, date, str]]) -> Rung | None:
    """Return the first rung of a limit that has not fired for its due day, or None."""
    for rung in rungs(due, procedure.clock[due.clock], due.calendar):
        if due.due_day is not None and (due.clock, due.due_day, rung_name(rung)) not in fired:
            return rung
    return None


def row_of(due: Due, procedure: Procedure, fired: set[tuple[str, date, str]]) -> dict[str, object]:
    """Return the values of a deadline row: they follow from the history and the rungs fired, so the table can be rebuilt."""
    rung = next_rung(due, procedure, fired)
    return {
        "label": due.label,
        "owner": due.owner,
        "state": due.state,
        "started_on": due.started_on,
        "due_day": due.due_day,
        "due_at": due.due_at,
        "provisional": due.provisional,
        "days_total": due.days_total or 0,
        # while running, what remains depends on the day one looks; it is stored only where it stands still
        "days_remaining": due.days_remaining if due.state == "paused" else None,
        "next_at": rung.at if rung else None,
        "next_rung": rung_name(rung) if rung else None,
    }


def sync(
    tx: Connection,
    procedure: Procedure,
    case_id: int,
    dues: Mapping[str, Due],
    *,
    new: bool,
    rungs_fired: bool = True,
) -> date | None:
    """Ensure that the case's deadline rows equal what its history says; gives the soonest running due day.

    `new` spares the look at existing rows for a case just filed. `rungs_fired` is False where no rung has fired since
    the rows were written (a person's step): limits that did not move are then left as they stand.
    """
    standing = {} if new else {row.clock: row for row in _of_case.run(tx, case=case_id).rows}
    moved = dict(dues)
    if not rungs_fired:
        moved = {name: due for name, due in dues.items() if not _stands(standing.get(name), due)}
    fired: set[tuple[str, date, str]] = set()
    # A clock that began anew may end on the day it ended before: its rungs of that day have been told.
    if not new and any(name in standing or due.round > 1 for name, due in moved.items()):
        fired = {(row.clock, row.due_day, row.rung) for row in _fired.run(tx, case=case_id).rows}
    for name, due in moved.items():
        values = row_of(due, procedure, fired)
        before = standing.get(name)
        if before is None:
            _insert.run(tx, case_id=case_id, clock=name, **values)
        elif any(getattr(before, field) != values[field] for field in FIELDS):
            _update.run(tx, row=before.id, **values)
            settled = values["due_day"] != before.due_day or not values["provisional"]
            moved_on = values["due_day"] != before.due_day
            if (before.held == WAITS_FOR_CALENDAR and settled) or (before.held in AWAITED and moved_on):
                tx.execute(update(deadline).where(deadline.c.id == before.id).values(held=None))
    for name, row in standing.items():
        if name not in dues:
            _delete.run(tx, row=row.id)
    days = [due.due_day for due in dues.values() if due.state == "running" and due.due_day is not None]
    return min(days, default=None)


def _stands(row: DeadlineRow | None, due: Due) -> bool:
    """Tell whether a running limit is where its row has it."""
    return row is not None and due.state == "running" and all(getattr(row, f) == getattr(due, f) for f in LIMIT)


def describe(due: Due, now: datetime) -> dict[str, object]:
    """Return a limit as the API and the trail show it: its day, whether it is provisional, and its proof day by day."""
    return {
        "clock": due.clock,
        "label": due.label,
        "owner": due.owner,
        "state": due.state,
        "started_on": due.started_on.isoformat(),
        "due_day": due.due_day.isoformat() if due.due_day else None,
        "provisional": due.provisional,
        "verified": due.verified,
        "days_total": due.days_total,
        "days_used": due.days_used,
        "days_remaining": due.days_remaining,
        "overdue": due.is_overdue(now),
        "explain": explain(due),
        "days": [{"date": d.date.isoformat(), "counts": d.counts, "why": d.why} for d in proof(due)],
    }
