"""督办: an office that is late is told by a slip, its superiors hear of it, and once a week every office gets its list.

The office's lateness never decides a case: the trail keeps it, people are told, nothing else follows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, select

from repairflow.casework import clock_guard, command_claims, heartbeats
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.situation import Situation, law_of
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields.voice import citizen
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.ladder import ESCALATE_AFTER
from repairflow.law.guards import day_text
from repairflow.letters.issue import compose
from repairflow.records import cases, deadline, office, subject
from repairflow.records.rows import DeadlineRow, OfficeRow, first_row, one_row
from repairflow.times import at as instant_at
from repairflow.times import local_day

SLIP = "supervision_slip"
CHASE = "weekly/chase"
CHASE_TIME = time(9)
FRIDAY = 4
NEAR = 5
"""Working days ahead within which a limit stands on the weekly list."""
NAMED = 20


def escalate(
    tx: Connection, services: Services, at: Situation, row: DeadlineRow, now: datetime, *, quietly: bool
) -> None:
    """Ensure that the lateness stands in the case's trail and its people know: at the due day those of the case, from the
    first working day after it the superior and the credit office too, with a slip (督办单) to the responsible office.

    `quietly` leaves out slip and notices of a rung that a later one has overtaken.
    """
    case = at.case
    assert row.next_rung is not None  # a rung that is due has a name and its day
    assert row.due_day is not None
    where = at.procedure.state[case.state].label
    late = f"{as_limit(row.label)}已于{day_text(row.due_day)}届满，尚未办结"
    responsible = getattr(case, OFFICE_OF_ROLE.get(row.owner, "deciding_id"))
    upwards = row.next_rung.startswith("escalate") and not quietly
    slip = _slip(tx, services, at, row, responsible, now) if upwards else None
    issuer, composed = slip or (None, None)
    wanted = of_system(row.next_rung, case.number, row.clock, row.due_day, row.started_on)
    content: dict[str, object] = {
        "clock": row.clock,
        "due_day": row.due_day,
        "rung": row.next_rung,
        "owner": row.owner,
    }
    if composed is not None:
        content["letter"] = composed.said
    escalated = NewEvent(
        action=EventName.ESCALATE,
        at=now,
        reason=late,
        command_id=command_claims.free(tx, wanted, EventName.ESCALATE, now),
        content=content,
        law=law_of(at),
    )
    appended = case_events.append(tx, case, escalated)
    if quietly:
        return
    owner = at.procedure.actor.get(row.owner, row.owner)
    body = f"办件处于“{where}”，{as_limit(row.label)}已于{day_text(row.due_day)}届满，责任岗位：{owner}。逾期不改变办理结果，请尽快办理。"
    if composed is not None and issuer is not None:
        letter_id = compose.write(
            tx, composed, compose.About(case.id, case.record_id), office_id=issuer.id, event_seq=appended.seq,
            chain_head=appended.digest, now=now,
        )  # fmt: skip
        pushes.press(tx, letter_id, case.id, now)
        body += f"已制发《{composed.title}》（{composed.number}）。"
    told = Notice.of(case, "escalation", f"督办：{case.number} {row.label}逾期", body, now)
    if not upwards:
        inbox.notify_roles(tx, sorted({row.owner, "head", "supervisor"}), case, told)
        return
    inbox.notify_roles(tx, sorted({row.owner, "head"}), case, told)
    inbox.notify_supervisors(tx, told)
    superior = tx.execute(select(office.c.parent_id).where(office.c.id == responsible)).scalar()
    if superior is not None:
        inbox.notify_office(tx, superior, ("head",), told)


def _slip(
    tx: Connection, services: Services, at: Situation, row: DeadlineRow, responsible: int, now: datetime
) -> tuple[OfficeRow, compose.Composed] | None:
    """Return the slip and who issues it: the credit office, to the office whose role is late. None where these are one: nobody
    writes to itself, and the notices to its head, its superior and the supervisors are all there is to say.
    """
    case = at.case
    assert row.due_day is not None  # as above
    credit = first_row(
        tx.execute(select(office).where(office.c.kind == "credit_office").order_by(office.c.id)), OfficeRow
    )
    if credit is None or credit.id == responsible:
        return None
    to = one_row(tx.execute(select(office).where(office.c.id == responsible)), OfficeRow)
    last = at.calendar.add_working_days(row.due_day, ESCALATE_AFTER[-1])
    fields: dict[str, object] = {
        "case_number": case.number,
        "procedure_label": at.procedure.label,
        "subject_name": citizen(at) if case.confidential else _subject(tx, case.subject_id),
        "due_clock_label": as_limit(row.label),
        "due_day": day_text(row.due_day),
        # a limit nobody has read is the office's own working arrangement, and said to be that
        "reason": f"该办件现处于“{at.procedure.state[case.state].label}”环节。"
        + ("" if _read(at, row) else "该期限是办理安排，依据待核实。"),
        "legal_bases": list(services.law.cites(at.procedure.clock[row.clock].basis, at.procedure, at.pack)),
        "contact": credit.contact,
    }
    if row.next_rung != f"escalate:{ESCALATE_AFTER[-1]}" and last > local_day(now):
        fields["new_due_day"] = day_text(last)  # the day on which it is escalated again
    composed = compose.compose(
        tx,
        compose.Draft(
            SLIP, compose.Envelope(to.name, to.uscc or ""), {k: v for k, v in fields.items() if v},
            case.number, compose.previous_rounds(tx, case.id, SLIP),
        ),
        office=credit, public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip
    return credit, composed


def as_limit(label: str) -> str:
    """Return a limit's name as what runs out: a day (约谈日期) or an end (执行期满) does not."""
    return re.sub("(日期|期满)$", "期限", label)


def _read(at: Situation, row: DeadlineRow) -> bool:
    """Tell whether somebody has read the figure of this limit."""
    return not own_rules.limit_unread(at.procedure, at.procedure.clock[row.clock], at.pack)


def _subject(tx: Connection, subject_id: int) -> str:
    return str(tx.execute(select(subject.c.name).where(subject.c.id == subject_id)).scalar_one())


@dataclass(frozen=True, slots=True)
class Pending:
    """A limit on an office's weekly list."""

    case: str
    label: str
    role: str
    due_day: date


def chase_day(calendar: Calendar, today: date) -> date | None:
    """Return the day of this week's chase (每周五之前督促): Friday, or the last working day before it; None in a week without one."""
    friday = today + timedelta(days=FRIDAY - today.weekday())
    days = (friday - timedelta(days=n) for n in range(5))
    return next((day for day in days if calendar.is_working(day)), None)


def chase(tx: Connection, services: Services, now: datetime) -> int:
    """Once a week, on one node, on a working day: every office hears what is late and what soon will be, and supervisors
    get the numbers of all. Afterwards that is done for this week; the number of offices told.

    What an outage delayed is done on the next working day, but a node that never chased before waits for its first chase day.
    """
    calendar, today = services.law.calendar, local_day(now)
    if not calendar.is_working(today) or now < instant_at(today, CHASE_TIME):
        return 0
    mine = [chase_day(calendar, today - timedelta(weeks=n)) for n in range(3)]
    last = next((day for day in mine if day is not None and day <= today), None)
    if last is None:
        return 0
    if clock_guard.holding(tx, now):
        return 0  # nobody is told of a day that may not be today; the next look after the time is confirmed does it
    new = not heartbeats.ever_done(tx, CHASE)
    if not heartbeats.take_day(tx, CHASE, last, now) or (new and last != today):
        return 0
    return _chase(tx, calendar, today, now)


def _chase(tx: Connection, calendar: Calendar, today: date, now: datetime) -> int:
    names = {row.id: row.short_name for row in tx.execute(select(office.c.id, office.c.short_name))}
    lists = _lists(tx, calendar.add_working_days(today, NEAR))
    for office_id, pending in sorted(lists.items()):
        late = sum(one.due_day < today for one in pending)
        lines = [
            f"{'已逾期' if p.due_day < today else '将届满'}　{p.case}　{p.label}　{day_text(p.due_day)}"
            for p in pending
        ]
        more = [f"……共 {len(lines)} 项"] if len(lines) > NAMED else []
        title = f"每周督促：逾期 {late} 项，{NEAR} 个工作日内届满 {len(pending) - late} 项"
        chase = Notice("chase", title, "\n".join([*lines[:NAMED], *more]), now)
        inbox.notify_office(tx, office_id, sorted({"head", *(one.role for one in pending)}), chase)
    if lists:
        told = [
            f"{names[key]}：逾期 {sum(p.due_day < today for p in pending)} 项，将届满 {sum(p.due_day >= today for p in pending)} 项"
            for key, pending in sorted(lists.items())
        ]
        inbox.notify_supervisors(tx, Notice("chase", f"每周督促：涉及 {len(lists)} 个单位", "\n".join(told), now))
    return len(lists)


def _lists(tx: Connection, until: date) -> dict[int, list[Pending]]:
    """Limits of office roles that end by `until`, soonest first, by the office that must act."""
    rows = tx.execute(
        select(deadline, cases.c.number, cases.c.receiving_id, cases.c.deciding_id, cases.c.provider_id)
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(deadline.c.state == "running", deadline.c.due_day <= until, deadline.c.owner.in_(sorted(OFFICE_OF_ROLE)))
        .order_by(deadline.c.due_day, deadline.c.id)
    )
    lists: dict[int, list[Pending]] = defaultdict(list)
    for row in rows:
        key = getattr(row, OFFICE_OF_ROLE[row.owner])
        if key is not None:
            lists[key].append(Pending(row.number, row.label, row.owner, row.due_day))
    return dict(lists)
