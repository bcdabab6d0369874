"""The relay: leases due outbox rows, does what they ask outside any transaction, and records what came of it.

At least once, with one key on every try. Rows of a lane go in order: a row may go only when no earlier row of its lane
is unfinished, and a dead letter is unfinished until a person decides.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, or_, select, update
from structlog.contextvars import bound_contextvars

from repairflow import times
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Invalid
from repairflow.gateway.messages import Message, check
from repairflow.gateway.platform import Address, Permanent, Platform, Receipt, Transient
from repairflow.logs import for_people
from repairflow.records import outbox, target
from repairflow.records.rows import OutboxRow, TargetRow, first_row, one_row
from repairflow.vault import Vault
from repairflow.worker.locks import hold

LEASE = timedelta(minutes=2)  # longer than any push or press may take
BACKOFF = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600))
GIVE_UP_AFTER = timedelta(days=3)
LEAST_TRIES = 12  # a row that stood behind another for days is still given a fair try
LONGEST_WAIT = timedelta(hours=1)
STRAYED = timedelta(hours=2)
"""Further ahead than any lease or wait reaches: a clock that was ahead wrote it, and nobody waits for that day."""
BATCH = 50

Receive = Callable[[Connection, int, Mapping[str, Any], datetime], object]
GiveUp = Callable[[Connection, int, str, datetime], object]
Press = Callable[[int], object]
Errand = Callable[[Mapping[str, Any], str], object]
"""What a row of another topic asks for: given its payload and its key, which makes doing it twice harmless."""

log = structlog.get_logger(__name__)

_row = outbox.alias("candidate")
_earlier = outbox.alias("earlier")
_blocked = (
    select(_earlier.c.id)
    .where(
        _earlier.c.lane == _row.c.lane,
        _earlier.c.id < _row.c.id,
        _earlier.c.state.in_(("waiting", "leased", "dead")),
    )
    .exists()
)


class Work(NamedTuple):
    """What the relay calls: `press` and errands outside any transaction; `receive` and `give_up` inside its own, with the
    case (or record) locked."""

    press: Press
    receive: Receive
    give_up: GiveUp
    errands: Mapping[str, Errand] = MappingProxyType({})


@dataclass(slots=True)
class Summary:
    """What one run did; `targets_down` did not answer and wait for the next run."""

    done: int = 0
    retried: int = 0
    dead: int = 0
    targets_down: set[int] = field(default_factory=set)


class Relay:
    """Carry out the outbox. Any number may run at once, on any number of nodes."""

    def __init__(
        self,
        db: Database,
        platform: Platform,
        work: Work,
        vault: Vault,
        node: str,
        source: str = "repairflow",
    ) -> None:
        self._db = db
        self._platform = platform
        self._press, self._receive, self._give_up, self._errands = work
        self._vault = vault
        self._source = source
        self._log = log.bind(node=node)

    def run_once(
        self, now: datetime, limit: int = 200, topics: Sequence[str] = ("press", "push"), only: int | None = None
    ) -> Summary:
        """Work off at most `limit` rows due by `now`; afterwards each is done, dead, or due later. `only`: of this target."""
        summary = Summary()
        taken = 0
        while taken < limit:
            with self._db.read() as tx:
                rows = _free(tx, now, topics, summary.targets_down, min(BATCH, limit - taken), only)
            leased = sum(self._try(row, now, summary) for row in rows)
            if not leased:
                break
            taken += leased
        return summary

    def _try(self, row_id: int, now: datetime, summary: Summary) -> bool:
        """Whether the row could still be leased; then it was carried, too."""
        with self._db.begin() as tx:
            row = _lease(tx, row_id, now, summary.targets_down)
        if row is None:
            return False
        self._carry(row, summary)
        return True

    def _carry(self, row: OutboxRow, summary: Summary) -> None:
        with bound_contextvars(outbox_id=row.id, case_id=row.case_id):
            self._carry_bound(row, summary)

    def _carry_bound(self, row: OutboxRow, summary: Summary) -> None:
        try:
            if row.topic == "press":
                assert row.letter_id is not None  # a row to press names its letter
                self._press(row.letter_id)
                self._finish(row)
            elif row.topic in self._errands:
                self._errands[row.topic](row.payload, row.key)
                self._finish(row)
            else:
                self._acknowledge(row, self._push(row))
        except Permanent as error:
            self._fail(row, error.message, None, summary, final=True)
        except Transient as error:
            if row.target_id is not None:
                summary.targets_down.add(row.target_id)
            self._fail(row, error.message, error.after, summary)
        except Exception as error:  # noqa: BLE001  # one broken row must not stop the others; people see the text
            self._log.exception("outbox row failed", topic=row.topic)
            what = "文书生成失败" if row.topic == "press" else "推送处理失败"
            self._fail(row, f"{what}，稍后重试：{for_people(error)}", None, summary)
        else:
            summary.done += 1

    def _push(self, row: OutboxRow) -> Receipt:
        with self._db.read() as tx:
            to = one_row(tx.execute(select(target).where(target.c.id == row.target_id)), TargetRow)
        try:
            address = Address(to.code, to.url.rstrip("/"), self._vault.open(to.secret))
            data = check(row.kind, row.payload)
        except (Invalid, ConfigurationError) as error:
            raise Permanent(error.message) from None
        # A lane is "<target code>/<record or case number>".
        about = row.lane.partition("/")[2] or row.lane
        message = Message(row.key, row.kind, self._source, about, row.lane, row.id, row.created_at, data)
        return self._platform.push(address, message)

    def _acknowledge(self, row: OutboxRow, receipt: Receipt) -> None:
        """Store a receipt, whoever holds the lease by now; ignore one for a row that has ended."""
        now = times.now()
        with self._db.begin() as tx:
            hold(tx, row.case_id, row.record_id)
            state = tx.execute(select(outbox.c.state).where(outbox.c.id == row.id)).scalar_one()
            if state not in ("waiting", "leased"):
                return
            self._receive(tx, row.id, receipt.as_json(), now)
            if row.attempts > 1:
                # The platform is back: what waited for it need not wait out its hour.
                tx.execute(
                    update(outbox)
                    .where(
                        outbox.c.target_id == row.target_id,
                        outbox.c.state == "waiting",
                        outbox.c.attempts > 0,
                        outbox.c.next_at > now,
                    )
                    .values(next_at=now)
                )

    def _finish(self, row: OutboxRow) -> None:
        now = times.now()
        with self._db.begin() as tx:
            tx.execute(
                update(outbox)
                .where(outbox.c.id == row.id, outbox.c.state.in_(("waiting", "leased")))
                .values(state="done", next_at=None, lease_until=None, last_error=None, ended_at=now)
            )

    def _fail(self, row: OutboxRow, error: str, after: int | None, summary: Summary, *, final: bool = False) -> None:
        """The row waits for its next try, or is dead; nothing when another node took it over meanwhile."""
        now = times.now()
        final = final or (now - row.created_at >= GIVE_UP_AFTER and row.attempts >= LEAST_TRIES)
        self._log.warning("outbox row not done", attempts=row.attempts, final=final, error=error)
        with self._db.begin() as tx:
            hold(tx, row.case_id, row.record_id)
            mine = (outbox.c.id == row.id, outbox.c.state == "leased", outbox.c.attempts == row.attempts)
            waiting = tx.execute(
                update(outbox)
                .where(*mine)
                .values(state="waiting", lease_until=None, last_error=error, next_at=now + wait(row.attempts, after))
            )
            if waiting.rowcount == 0:
                return
            if final:
                self._give_up(tx, row.id, error, now)
        if final:
            summary.dead += 1
        else:
            summary.retried += 1


def awaited(tx: Connection, now: datetime) -> list[int]:
    """Give the targets in use for which something is due, blocked or not."""
    due = (outbox.c.topic == "push", _due(outbox.c.next_at, now), outbox.c.state.in_(("waiting", "leased")))
    active = select(target.c.id).where(target.c.active, target.c.id.in_(select(outbox.c.target_id).where(*due)))
    return list(tx.execute(active.order_by(target.c.id)).scalars())


def wait(attempts: int, after: int | None = None, chance: Callable[[], float] = random.random) -> timedelta:
    """Say how long a row waits after its `attempts`-th failure: 1 s, 5 s, 30 s, 2 min, 10 min, then 1 h.

    Each is up to a quarter longer, so that rows which failed together do not come back together. A platform that asks
    for `after` seconds gets them, up to an hour.
    """
    rest = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1] * (1 + chance() / 4)
    return max(rest, min(timedelta(seconds=after or 0), LONGEST_WAIT))


def _due(next_at: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(next_at <= now, next_at > now + STRAYED)


def _may_go(now: datetime, resting: set[int]) -> tuple[ColumnElement[bool], ...]:
    """Select rows that are due and not leased; a lease that ran out counts as none. Targets out of use, or that did not answer in
    this run, get nothing."""
    usable = select(target.c.id).where(target.c.active, target.c.id.not_in(resting))
    return (
        _due(_row.c.next_at, now),
        _row.c.state.in_(("waiting", "leased")),
        _row.c.target_id.is_(None) | _row.c.target_id.in_(usable),
        ~_blocked,
    )


def _free(
    tx: Connection, now: datetime, topics: Sequence[str], resting: set[int], most: int, only: int | None
) -> list[int]:
    """Rows that may go, soonest first: many at a look, for where much is blocked a look is long."""
    rows = select(_row.c.id).where(*_may_go(now, resting), _row.c.topic.in_(topics))
    if only is not None:
        rows = rows.where(_row.c.target_id == only)
    return list(tx.execute(rows.order_by(_row.c.next_at, _row.c.id).limit(most)).scalars())


def _lease(tx: Connection, row_id: int, now: datetime, resting: set[int]) -> OutboxRow | None:
    """Lease the row to the caller; None when it may not go any more or another worker is just leasing it."""
    still = select(_row.c.id).where(_row.c.id == row_id, *_may_go(now, resting))
    until = times.now() + LEASE
    leased = (
        update(outbox)
        .where(outbox.c.id == still.with_for_update(skip_locked=True, of=_row).scalar_subquery())
        # next_at moves with the lease: one index finds both what waits and what was dropped.
        .values(state="leased", attempts=outbox.c.attempts + 1, lease_until=until, next_at=until)
        .returning(outbox)
    )
    return first_row(tx.execute(leased), OutboxRow)
