"""The relay: leases due outbox rows, does what they ask outside any transaction, and records what came of it.

At least once, with one key on every try. Rows of a lane go in order: a row may go only when no earlier row of its lane
is unfinished, and a dead letter is unfinished until a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, select, update
from structlog.contextvars import bound_contextvars

from repairflow import times
from repairflow.casework.admin import exchange_keys
from repairflow.casework.outbox import UNFINISHED
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Invalid
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import check
from repairflow.gateway.platform import (
    AGAIN,
    Address,
    Declined,
    Gone,
    Pending,
    Permanent,
    Platform,
    PushError,
    Receipt,
    Transient,
)
from repairflow.logs import for_people
from repairflow.records import outbox, target
from repairflow.records.rows import OutboxRow, TargetRow, all_rows, first_row, one_row
from repairflow.vault import Vault
from repairflow.worker import push_attempts
from repairflow.worker.locks import hold
from repairflow.worker.push_attempts import PENDING, due, open_targets, wait

LEASE = timedelta(minutes=2)  # longer than any push or press may take
BATCH = 50
FEW = 20
"""Rows of no case taken at a look: so many letters of a bulk import, at most, are made before an officer's own letter."""

Receive = Callable[[Connection, int, Mapping[str, object], datetime], object]
GiveUp = Callable[[Connection, int, str, datetime], object]
Press = Callable[[int], object]
Errand = Callable[[Mapping[str, object], str], object]
"""What a row of another topic asks for: given its payload and its key, which makes doing it twice harmless."""

log = structlog.get_logger(__name__)

_row = outbox.alias("candidate")
_earlier = outbox.alias("earlier")
_blocked = (
    select(_earlier.c.id)
    .where(
        _earlier.c.lane == _row.c.lane,
        _earlier.c.id < _row.c.id,
        _earlier.c.state.in_(UNFINISHED),
    )
    .exists()
)


def _never() -> bool:
    """Tell whether the worker is asked to end, where nobody asks."""
    return False


def _nothing(_tx: Connection, _row: int, _error: str, _now: datetime) -> None:
    """Do what follows beyond the row itself where nobody asked for more."""


class Work(NamedTuple):
    """What the relay calls: `press` and errands outside any transaction; the others inside its own, with the case (or
    record) locked: `give_up` for what is tried no more, before it `declined` where the platform refused for a reason or
    `undecided` where it never said what it makes of the message, `hold` for a target that takes no more messages."""

    press: Press
    receive: Receive
    give_up: GiveUp
    errands: Mapping[str, Errand] = MappingProxyType({})
    declined: GiveUp = _nothing
    hold: GiveUp = _nothing
    undecided: GiveUp = _nothing


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
        self._work = work
        self._vault = vault
        self._source = source
        self._log = log.bind(node=node)
        self.stops: Callable[[], bool] = _never
        """Whether the worker is asked to end: the row at hand is then the last."""

    def run_once(
        self,
        now: datetime,
        limit: int = 200,
        topics: Sequence[str] = ("press", "push"),
        only: int | None = None,
        of_no_case: int | None = None,
    ) -> Summary:
        """Work off at most `limit` rows due by `now`; afterwards each is done, dead, or due later. `only`: of this target.

        Rows of cases go first: what an import asks for (a letter and pushes for each record) may be hundreds of thousands,
        and nobody's decision waits for them. `of_no_case`: at most so many others in this run.
        """
        summary = Summary()
        others = limit if of_no_case is None else of_no_case
        taken = 0
        while taken < limit and not self.stops():
            with self._db.read() as tx:
                down, most = summary.targets_down, limit - taken
                rows = _free(tx, now, topics, down, min(BATCH, most), only, of_cases=True)
                first = bool(rows)
                if not first:
                    rows = _free(tx, now, topics, down, min(FEW, most, others), only)
            # what waits for a target that just failed is not even asked for: to find out costs a transaction a row
            leased = sum(self._may_try(row, summary) and self._try(row.id, now, summary) for row in rows)
            if not leased:
                break
            taken += leased
            others -= 0 if first else leased
        return summary

    def _may_try(self, row: _Free, summary: Summary) -> bool:
        return row.target_id not in summary.targets_down and not self.stops()

    def _try(self, row_id: int, now: datetime, summary: Summary) -> bool:
        """Tell whether the row could still be leased; then it was carried, too."""
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
        began = times.now()
        try:
            if row.topic == "press":
                assert row.letter_id is not None  # a row to press names its letter
                self._work.press(row.letter_id)
                self._finish(row)
            elif row.topic in self._work.errands:
                self._work.errands[row.topic](row.payload, row.key)
                self._finish(row)
            else:
                self._acknowledge(row, self._push(row), began)
        except PushError as error:
            if row.target_id is not None and isinstance(error, (Transient, Gone)):
                summary.targets_down.add(row.target_id)
            self._fail(row, error, began, summary)
        except Exception as error:  # noqa: BLE001  # one broken row must not stop the others; people see the text
            self._log.exception("outbox row failed", topic=row.topic)
            what = "文书生成失败" if row.topic == "press" else "推送处理失败"
            self._fail(row, PushError(f"{what}{AGAIN}：{for_people(error)}"), began, summary)
        else:
            summary.done += 1

    def _push(self, row: OutboxRow) -> Receipt:
        with self._db.read() as tx:
            to = one_row(tx.execute(select(target).where(target.c.id == row.target_id)), TargetRow)
            try:
                pairs = exchange_keys.signing(tx, self._vault, times.now())
                address = Address(to.code, to.url.rstrip("/"), self._vault.open(to.secret), pairs, to.receipt_key or "")
            except ConfigurationError as error:
                raise Permanent(error.message) from None
        try:
            data = check(row.kind, row.payload)
        except Invalid as error:
            raise Permanent(error.message) from None
        # A lane is "<target code>/<record or case number>".
        about = row.lane.partition("/")[2] or row.lane
        message = Message(row.key, row.kind, self._source, about, row.lane, row.id, row.created_at, data)
        return self._platform.push(address, message)

    def _acknowledge(self, row: OutboxRow, receipt: Receipt, began: datetime) -> None:
        """Store a receipt, whoever holds the lease by now; ignore one for a row that has ended."""
        now = times.now()
        with self._db.begin() as tx:
            hold(tx, row.case_id, row.record_id)
            state = tx.execute(select(outbox.c.state).where(outbox.c.id == row.id)).scalar_one()
            if state not in ("waiting", "leased"):
                return
            push_attempts.note(tx, row, began, now, None)
            self._work.receive(tx, row.id, receipt.as_json(), now)
            if row.attempts > 1:
                push_attempts.wake(tx, row.target_id, now)

    def _finish(self, row: OutboxRow) -> None:
        now = times.now()
        with self._db.begin() as tx:
            tx.execute(
                update(outbox)
                .where(outbox.c.id == row.id, outbox.c.state.in_(("waiting", "leased")))
                .values(state="done", next_at=None, lease_until=None, last_error=None, ended_at=now)
            )

    def _fail(self, row: OutboxRow, error: PushError, began: datetime, summary: Summary) -> None:
        """Ensure that the row waits for its next try, or is dead; nothing when another node took it over meanwhile."""
        now = times.now()
        with self._db.begin() as tx:
            hold(tx, row.case_id, row.record_id)
            mine = (outbox.c.id == row.id, outbox.c.state == "leased", outbox.c.attempts == row.attempts)
            again = {"state": "waiting", "lease_until": None, "last_error": error.message, "next_at": now}
            if tx.execute(update(outbox).where(*mine).values(again)).rowcount == 0:
                return
            push_attempts.note(tx, row, began, now, error.heard)
            run = push_attempts.run_of(tx, row)
            if not (final := self._follow(tx, row, error, run, now)):
                later = now + _rest(row, error, run.failures)
                tx.execute(update(outbox).where(outbox.c.id == row.id).values(next_at=later))
        self._log.warning("outbox row not done", attempts=row.attempts, final=final, error=error.message)
        if final:
            summary.dead += 1
        else:
            summary.retried += 1

    def _follow(self, tx: Connection, row: OutboxRow, error: PushError, run: push_attempts.Run, now: datetime) -> bool:
        """Do what follows from a failure besides the row's wait; gives whether the row is tried no more."""
        if isinstance(error, Gone) and row.target_id is not None:
            self._work.hold(tx, row.target_id, error.message, now)
            return False
        if error.after is not None and isinstance(error, Transient) and row.target_id is not None:
            push_attempts.rest(tx, row.target_id, error.after, now)
        if isinstance(error, Pending):
            if not push_attempts.undecided(run, now):
                return False
            self._work.undecided(tx, row.id, error.message, now)
        elif isinstance(error, Declined):
            self._work.declined(tx, row.id, error.message, now)
        elif not isinstance(error, Permanent) and not push_attempts.given_up(run, now):
            return False
        self._work.give_up(tx, row.id, error.ended, now)
        return True


def _rest(row: OutboxRow, error: PushError, failures: int) -> timedelta:
    """Return how long the row waits for its next try, after so many failures on end."""
    if isinstance(error, Pending):
        return max(PENDING, min(timedelta(seconds=error.after or 0), push_attempts.LONGEST_REST))
    if isinstance(error, Gone):
        return timedelta()  # its target is held
    return wait(failures, error.after, outside=row.target_id is not None)


def awaited(tx: Connection, now: datetime) -> list[int]:
    """Give the targets in use for which something is due, blocked or not."""
    there = (outbox.c.topic == "push", due(outbox.c.next_at, now), outbox.c.state.in_(("waiting", "leased")))
    active = select(target.c.id).where(*open_targets(now), target.c.id.in_(select(outbox.c.target_id).where(*there)))
    return list(tx.execute(active.order_by(target.c.id)).scalars())


def _may_go(now: datetime, resting: set[int]) -> tuple[ColumnElement[bool], ...]:
    """Select rows that are due and not leased; a lease that ran out counts as none. Targets out of use, held or
    resting, or that did not answer in this run, get nothing."""
    usable = select(target.c.id).where(*open_targets(now), target.c.id.not_in(resting))
    return (
        due(_row.c.next_at, now),
        _row.c.state.in_(("waiting", "leased")),
        _row.c.target_id.is_(None) | _row.c.target_id.in_(usable),
        ~_blocked,
    )


class _Free(NamedTuple):
    id: int
    target_id: int | None


def _free(
    tx: Connection,
    now: datetime,
    topics: Sequence[str],
    resting: set[int],
    most: int,
    only: int | None,
    *,
    of_cases: bool = False,
) -> list[_Free]:
    """Rows that may go, soonest first: many at a look, for where much is blocked a look is long."""
    rows = select(_row.c.id, _row.c.target_id).where(*_may_go(now, resting), _row.c.topic.in_(topics))
    if of_cases:  # `next_at` is said again for the index: rows that have ended have none
        rows = rows.where(_row.c.case_id.is_not(None), _row.c.next_at.is_not(None))
    if only is not None:
        rows = rows.where(_row.c.target_id == only)
    return all_rows(tx.execute(rows.order_by(_row.c.next_at, _row.c.id).limit(most)), _Free)


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
