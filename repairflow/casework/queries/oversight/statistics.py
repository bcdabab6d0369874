"""Figures for supervisors (统计): what is late and whose, where cases stand, how the closed ones went. Of cases one may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import StepRow, pinned
from repairflow.casework.case_state.steps import SERVICE, steps_of
from repairflow.casework.cases.filing import FILE
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope
from repairflow.casework.queries.cases.view import days_left
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.roles import outcome_side, role_side
from repairflow.prepared import compared
from repairflow.records import cases, deadline, event, office, subject
from repairflow.records.rows import CaseRow, all_rows
from repairflow.times import at as instant_at
from repairflow.times import local_day

WINDOW = 90
"""Days back from today whose closed cases are judged."""
MOST = 500
"""Closed cases judged at most: their due days are counted anew from their histories."""
SHOWN = 100
"""Late limits on the page, the oldest first; the table to take away has them all."""


@dataclass(frozen=True, slots=True)
class Late:
    """A running limit that is over: whose it is and by how many working days."""

    number: str
    subject: str
    procedure: str
    clock: str
    office: str
    role: str
    due_day: date
    days: int


@dataclass(frozen=True, slots=True)
class Count:
    """A labelled number of a chart; `group` names what the label belongs to."""

    label: str
    count: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """How the cases closed since `since` went. `judged` of them; `capped` when there were more than could be."""

    since: date
    judged: int
    capped: bool
    on_time: int
    mean_days: float | None  # working days from filing to closing
    outcomes: tuple[Count, ...]
    against: int  # refused or denied
    grounds: tuple[Count, ...]  # of those, by ground

    @property
    def on_time_share(self) -> float | None:
        """Of the judged cases, the share in which no office was late; None without cases."""
        return self.on_time / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and went out in one month."""

    first: date
    filed: int
    closed: int
    in_favour: int
    against: int
    neutral: int


def late(tx: Connection, law: Library, actor: Actor, today: date, most: int | None = None) -> tuple[Late, ...]:
    """Return the running limits of an office or subject that are over, the oldest first: all, or the first `most`."""
    rows = tx.execute(
        select(deadline.c.label, deadline.c.owner, deadline.c.due_day, cases, subject.c.name.label("subject_name"))
        .join(cases, cases.c.id == deadline.c.case_id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .where(_is_late(actor, today))
        .order_by(deadline.c.due_day, deadline.c.id)
        .limit(most)
    ).all()
    names: Mapping[int, str] = {row.id: row.name for row in tx.execute(select(office.c.id, office.c.name))}
    found = []
    for row in rows:
        procedure = law.procedure(row.procedure, row.procedure_version)
        place = OFFICE_OF_ROLE.get(row.owner)
        whose = names[getattr(row, place)] if place else row.subject_name
        over = -(days_left(law.calendars.of(row.division_code), today, row.due_day) or 0)
        role = procedure.actor.get(row.owner, row.owner)
        found.append(Late(row.number, row.subject_name, procedure.label, row.label, whose, role, row.due_day, over))
    return tuple(found)


def late_by_owner(tx: Connection, law: Library, actor: Actor, today: date) -> tuple[Count, ...]:
    """Return how many are late, by office and role, most first; those of subjects by the role alone."""
    columns = (
        deadline.c.owner, cases.c.procedure, cases.c.procedure_version, cases.c.receiving_id, cases.c.deciding_id,
        cases.c.provider_id,
    )  # fmt: skip
    rows = tx.execute(
        select(*columns, func.count().label("limits"))
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(_is_late(actor, today))
        .group_by(*columns)
    ).all()
    names: Mapping[int, str] = {row.id: row.name for row in tx.execute(select(office.c.id, office.c.name))}
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        place = OFFICE_OF_ROLE.get(row.owner)
        role = law.procedure(row.procedure, row.procedure_version).actor.get(row.owner, row.owner)
        counted[names[getattr(row, place)] if place else "信用主体", role] += row.limits
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Count(role, count, place) for (place, role), count in ordered)


def _is_late(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return running limits of open cases one may see that are over."""
    return and_(
        case_scope(actor), cases.c.closed_at.is_(None), deadline.c.state == "running", deadline.c.due_day < today
    )


def open_by_state(tx: Connection, law: Library, actor: Actor) -> tuple[Count, ...]:
    """Open cases by procedure and state, in the order of the procedure files."""
    rows = tx.execute(
        select(cases.c.procedure, cases.c.procedure_version, cases.c.state, func.count())
        .where(case_scope(actor), cases.c.closed_at.is_(None))
        .group_by(cases.c.procedure, cases.c.procedure_version, cases.c.state)
    )
    order: dict[tuple[str, str], int] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for name, version, state, count in rows:
        procedure = law.procedure(name, version)
        key = (procedure.label, procedure.state[state].label)
        counted[key] += count
        order[key] = list(procedure.state).index(state)
    ordered = sorted(counted, key=lambda key: (key[0], order[key]))
    return tuple(Count(key[1], counted[key], key[0]) for key in ordered)


def month(tx: Connection, actor: Actor, first: date) -> Month:
    """Return the counts of the month that begins with `first`."""
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    filed = tx.execute(
        select(func.count())
        .select_from(cases)
        .where(compared(case_scope(actor)), cases.c.filed_day >= first, cases.c.filed_day < after)
    ).scalar_one()
    start, end = instant_at(first, time(0)), instant_at(after, time(0))
    rows = tx.execute(
        select(cases.c.outcome, func.count())
        .where(case_scope(actor), cases.c.closed_at >= start, cases.c.closed_at < end)
        .group_by(cases.c.outcome)
    )
    sides: Counter[str] = Counter()
    for outcome, count in rows:
        sides[outcome_side(outcome) or "neutral"] += count
    return Month(first, filed, sides.total(), sides["for"], sides["against"], sides["neutral"])


def closed(tx: Connection, law: Library, actor: Actor, today: date) -> Closed:
    """Return how the cases closed within the last 90 days went, judged by their histories."""
    since = today - timedelta(days=WINDOW)
    newest = select(cases).where(case_scope(actor), cases.c.closed_at >= instant_at(since, time(0)))
    ordered = newest.order_by(cases.c.closed_at.desc(), cases.c.id.desc())
    rows = all_rows(tx.execute(ordered.limit(MOST + 1)), CaseRow)
    judged = rows[:MOST]
    histories, grounds = _histories(tx, law, judged)
    days = [
        law.calendars.of(row.division_code).count_working_days(row.filed_day, local_day(row.closed_at))
        for row in judged
        if row.closed_at is not None
    ]
    outcomes: Counter[str] = Counter()
    against = 0
    for row in judged:
        procedure, _ = pinned(law, row)
        outcomes[procedure.state[row.state].label] += 1
        against += outcome_side(row.outcome) == "against"
    return Closed(
        since=since,
        judged=len(judged),
        capped=len(rows) > MOST,
        on_time=sum(_on_time(law, row, histories.get(row.id, ())) for row in judged),
        mean_days=sum(days) / len(days) if days else None,
        outcomes=tuple(Count(label, count) for label, count in outcomes.most_common()),
        against=against,
        grounds=tuple(Count(label, count) for label, count in grounds.most_common()),
    )


def _on_time(law: Library, row: CaseRow, history: tuple[Done, ...]) -> bool:
    """Tell whether no limit of an office had run out when it ended (the subject's own lapses are no lateness of an office)."""
    procedure, _ = pinned(law, row)
    ended = row.closed_at
    return ended is None or not any(
        due.is_overdue(ended)
        for due in all_due(procedure, history, law.calendars.of(row.division_code), local_day(ended))
        if role_side(due.owner) == "office"
    )


def _histories(
    tx: Connection, law: Library, rows: Sequence[CaseRow]
) -> tuple[Mapping[int, tuple[Done, ...]], Counter[str]]:
    """Return the steps of these cases by case id, and the grounds on which those that went against the subject rest."""
    by_id = {row.id: row for row in rows}
    columns = (event.c.case_id, *(event.c[name] for name in StepRow._fields))
    found = tx.execute(
        select(*columns)
        .where(event.c.case_id.in_(list(by_id)), or_(event.c.to_state.is_not(None), event.c.action.in_(SERVICE)))
        .order_by(event.c.case_id, event.c.seq)
    )
    steps: dict[int, tuple[Done, ...]] = {}
    grounds: Counter[str] = Counter()
    for case_id, of_case in groupby(found, key=lambda row: row[0]):
        taken = [StepRow(*row[1:]) for row in of_case]
        steps[case_id] = steps_of(taken)
        standing = {done.seq for done in steps[case_id] if done.action not in (FILE, UNDONE)}
        if outcome_side(by_id[case_id].outcome) == "against":
            grounds.update(_grounds(law, by_id[case_id], [row for row in taken if row.seq in standing]))
    return steps, grounds


def _grounds(law: Library, case: CaseRow, taken: Iterable[StepRow]) -> Iterator[str]:
    procedure, pack = pinned(law, case)
    for row in taken:
        ground = chain.content(row.body).get("ground")
        if ground is not None:
            item = pack.lists.get(procedure.ground_list(row.action), {}).get(ground)
            yield item.label if item else str(ground)
