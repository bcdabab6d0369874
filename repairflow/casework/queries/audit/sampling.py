"""Which closed cases an auditor looks into (抽样): at random, or among those in which something is unusual.

The same criterion, day and seed give the same cases, so that anybody can see that a sample was not chosen by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection, select

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
"""Closed cases looked through, the newest first."""
MOST = 100
REVERSED = {("review", "upheld"), ("remedy", "annulled"), ("remedy", "corrected")}
"""A later case and its outcome by which the first one's result fell."""
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


class Wanted(NamedTuple):
    """A sample to draw: the criterion, cases closed on `since` or later, and at most `size` of them, drawn with `seed`."""

    kind: str
    since: date
    seed: int
    size: int


def sample(tx: Connection, actor: Actor, wanted: Wanted) -> tuple[Sampled, ...]:
    """The cases drawn among those the actor may see, by number.

    Raises Invalid for a criterion or a size that is none.
    """
    kind, since, seed, size = wanted
    problems = [] if kind in KINDS else [Problem("kind", "请选择抽样方式")]
    if not 1 <= size <= MOST:
        problems.append(Problem("size", f"件数应为 1 至 {MOST}"))
    if problems:
        raise Invalid("请按提示修改后再抽样。", problems)
    closed = _closed(tx, actor, since)
    why = _CRITERIA[kind](tx, closed)
    among = sorted((one for one in closed if one.id in why), key=lambda one: one.number)
    drawn = Random(seed).sample(among, min(size, len(among)))  # noqa: S311  # not for keys: the seed is written down
    return tuple(Sampled(*one[1:], why[one.id]) for one in sorted(drawn, key=lambda one: one.number))


def _closed(tx: Connection, actor: Actor, since: date) -> list[_Case]:
    asked = (
        select(
            cases.c.id, cases.c.number, cases.c.procedure, subject.c.name.label("subject"), office.c.name.label("office"),
            cases.c.filed_at, cases.c.closed_at,
        )
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(cases.c.closed_at >= at(since, time.min), case_scope(actor))
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
    """Who of the office did the first step and who the last: pairs that are more often together than half of the first one's cases."""
    people: dict[int, list[tuple[int, str]]] = defaultdict(list)
    here = {one.id: case_stream(one.number) for one in closed}
    steps = (
        select(event.c.case_id, event.c.stream, event.c.actor_id, event.c.actor_name)
        .join(cases, cases.c.id == event.c.case_id)
        .where(cases.c.closed_at.is_not(None), event.c.actor_id.is_not(None), event.c.action != "file")
        .order_by(event.c.case_id, event.c.seq)
    )
    for row in tx.execute(steps):
        if here.get(row.case_id) == row.stream:
            people[row.case_id].append((row.actor_id, row.actor_name))
    pairs = {case: (met[0], met[-1]) for case, met in people.items() if met[0] != met[-1]}
    together, alone = Counter(pairs.values()), Counter(first for first, _ in pairs.values())
    return {
        case: f"{first[1]}与{last[1]}共办 {together[first, last]} 件"
        for case, (first, last) in pairs.items()
        if together[first, last] >= TOGETHER and 2 * together[first, last] > alone[first]
    }


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
