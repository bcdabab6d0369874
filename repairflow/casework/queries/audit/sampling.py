"""Which closed cases an auditor looks into (抽样): at random, or among those in which something is unusual.

A case has its place in the draw by a hash of the seed and its number alone: a case that is closed later, or that somebody else
may not see, moves no other. So the same seed and days, once the last of them is over, draw the same at random for whoever
sees the same cases; anybody can see that a sample was not chosen by hand. The other criteria also go by what has
become known since (a result that fell, a usual time).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import product
from typing import NamedTuple

from sqlalchemy import Connection, select, true

from repairflow.auditing.chain import case_stream
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.errors import Invalid, Problem
from repairflow.records import case_link, cases, event, office, rung_fired, subject
from repairflow.times import at

KINDS = {
    "random": "随机", "overdue": "曾经超期", "reversed": "结果后来被改变", "same_reviewer": "总由同一人复核", "fast": "办得异常快",
}  # fmt: skip
MOST_CASES = 20_000
"""Closed cases of the days asked for that are looked through, the newest first."""
MOST = 100
REVERSED = {("review", "upheld"), ("remedy", "annulled"), ("remedy", "corrected")}
"""A later case and its outcome by which the first one's result fell."""
STAGES = {"examiner": 1, "handler": 1, "checker": 1, "reviewer": 2, "decider": 3}
"""Who handles a case comes before who reviews it and who decides; a reviewer is the handler of whoever decides what they propose."""
TOGETHER = 5
"""A handler and a reviewer with fewer cases between them are no pattern."""
FEWEST = 5
"""Cases of a procedure from which on it has a usual time."""
FAST = 10
"""Closed within a tenth of the usual time."""


class Sampled(NamedTuple):
    """One case of a sample, and why it is in it."""

    number: str
    procedure: str
    subject: str
    office: str
    filed_at: datetime
    closed_at: datetime
    why: str


class _Case(NamedTuple):
    id: int
    number: str
    procedure: str
    subject: str
    office: str
    filed_at: datetime
    closed_at: datetime


class _Person(NamedTuple):
    id: int
    name: str


class Wanted(NamedTuple):
    """A sample to draw: the criterion, cases closed from `since` to `until` (both counted; without end: None), and at most `size`
    of them, drawn with `seed`."""

    kind: str
    since: date
    seed: int
    size: int
    until: date | None = None


def sample(tx: Connection, actor: Actor, wanted: Wanted) -> tuple[Sampled, ...]:
    """Return the cases drawn among those the actor may see, by number.

    Raises Invalid for a criterion or a size that is none.
    """
    kind, since, seed, size, until = wanted
    problems = [] if kind in KINDS else [Problem("kind", "请选择抽样方式")]
    if until is not None and until < since:
        problems.append(Problem("until", "止日不能早于起日"))
    if not 1 <= size <= MOST:
        problems.append(Problem("size", f"件数应为 1 至 {MOST}"))
    if problems:
        raise Invalid("请按提示修改后再抽样。", problems)
    closed = _closed(tx, actor, since, until)
    why = _CRITERIA[kind](tx, closed)
    drawn = sorted((one for one in closed if one.id in why), key=lambda one: _place(seed, one.number))[:size]
    return tuple(Sampled(*one[1:], why[one.id]) for one in sorted(drawn, key=lambda one: one.number))


def _place(seed: int, number: str) -> str:
    return sha256(f"{seed}/{number}".encode()).hexdigest()


def _closed(tx: Connection, actor: Actor, since: date, until: date | None) -> list[_Case]:
    before = cases.c.closed_at < at(until + timedelta(days=1), time.min) if until is not None else true()
    asked = (
        select(
            cases.c.id, cases.c.number, cases.c.procedure, subject.c.name.label("subject"), office.c.name.label("office"),
            cases.c.filed_at, cases.c.closed_at,
        )
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(cases.c.closed_at >= at(since, time.min), before, case_scope(actor))
        .order_by(cases.c.id.desc())
        .limit(MOST_CASES)
    )  # fmt: skip
    return [_Case(*row) for row in tx.execute(asked)]


def _any(_: Connection, closed: Sequence[_Case]) -> dict[int, str]:
    return {one.id: "随机抽取" for one in closed}


def _overdue(tx: Connection, closed: Sequence[_Case]) -> dict[int, str]:
    fired = select(rung_fired.c.case_id, rung_fired.c.due_day).where(
        rung_fired.c.rung == "due", rung_fired.c.case_id.is_not(None)
    )
    here = {one.id for one in closed}
    return {
        row.case_id: f"{row.due_day.isoformat()} 届满时没有办完" for row in tx.execute(fired) if row.case_id in here
    }


def _reversed(tx: Connection, closed: Sequence[_Case]) -> dict[int, str]:
    later = (
        select(case_link.c.from_id, cases.c.number, cases.c.procedure, cases.c.outcome)
        .join(cases, cases.c.id == case_link.c.to_id)
        .where(cases.c.procedure.in_(sorted({procedure for procedure, _ in REVERSED})))
    )
    here = {one.id for one in closed}
    return {
        row.from_id: f"被 {row.number} 改变"
        for row in tx.execute(later)
        if row.from_id in here and (row.procedure, row.outcome) in REVERSED
    }


def _same_reviewer(tx: Connection, closed: Sequence[_Case]) -> dict[int, str]:
    """Return who handled a case and who reviewed or decided it: pairs that are together in more than half of the first one's cases."""
    parts: dict[int, set[tuple[int, _Person]]] = defaultdict(set)
    here = {one.id: case_stream(one.number) for one in closed}
    steps = (
        select(event.c.case_id, event.c.stream, event.c.actor_role, event.c.actor_id, event.c.actor_name)
        .join(cases, cases.c.id == event.c.case_id)
        .where(
            cases.c.closed_at.is_not(None), event.c.actor_id.is_not(None), event.c.actor_role.in_(sorted(STAGES)),
            event.c.to_state.is_not(None),  # a step of the procedure, not a letter served
        )
    )  # fmt: skip
    for row in tx.execute(steps):
        if here.get(row.case_id) == row.stream:
            parts[row.case_id].add((STAGES[row.actor_role], _Person(row.actor_id, row.actor_name)))
    pairs = {case: _pairs(part) for case, part in parts.items()}
    together = Counter(pair for of_case in pairs.values() for pair in of_case)
    handled = Counter(one for of_case in pairs.values() for one in {first for first, _ in of_case})
    always = {pair: count for pair, count in together.items() if count >= TOGETHER and 2 * count > handled[pair[0]]}
    told = {case: [pair for pair in of_case if pair in always] for case, of_case in pairs.items()}
    return {
        case: "；".join(f"{first.name}与{last.name}共办 {always[first, last]} 件" for first, last in of_case)
        for case, of_case in told.items()
        if of_case
    }


def _pairs(part: Iterable[tuple[int, _Person]]) -> list[tuple[_Person, _Person]]:
    """Return each who handled with each other person who reviewed or decided after them."""
    ordered = sorted(part)
    return list(
        dict.fromkeys((one, two) for (a, one), (b, two) in product(ordered, ordered) if a < b and one.id != two.id)
    )


def _fast(_: Connection, closed: Sequence[_Case]) -> dict[int, str]:
    taken: dict[str, list[timedelta]] = defaultdict(list)
    for one in closed:
        taken[one.procedure].append(one.closed_at - one.filed_at)
    usual = {name: sorted(times)[len(times) // 2] for name, times in taken.items() if len(times) >= FEWEST}
    return {
        one.id: f"用时 {_hours(one.closed_at - one.filed_at)}，同类一般 {_hours(usual[one.procedure])}"
        for one in closed
        if one.procedure in usual and (one.closed_at - one.filed_at) * FAST < usual[one.procedure]
    }


def _hours(taken: timedelta) -> str:
    hours = taken.total_seconds() / 3600
    return f"{hours:.1f} 小时" if hours < 48 else f"{hours / 24:.1f} 天"


_CRITERIA: Mapping[str, Callable[[Connection, Sequence[_Case]], dict[int, str]]] = {
    "random": _any, "overdue": _overdue, "reversed": _reversed, "same_reviewer": _same_reviewer, "fast": _fast,
}  # fmt: skip
