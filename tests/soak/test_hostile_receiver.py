"""Three workers, killed at random, and platforms that fail half of the time: every message arrives, and does what it says once.

`pytest -m soak -s tests/soak/test_hostile_receiver.py` prints the figures; SOAK_MESSAGES is how many messages.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from repairflow import times
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.admin import exchange_keys, targets
from repairflow.casework.cases import receipts
from repairflow.casework.outbox import ToDo, add
from repairflow.db import Database
from repairflow.gateway import signing
from repairflow.records import outbox, push_attempt, target
from repairflow.settings import Settings
from repairflow.vault import Vault
from tests.soak import pusher
from tests.soak.skipping_clock import SkippingClock
from tests.support import hostile, pushes

WORKERS = 3
TARGETS = 8
STATES = 5
"""Messages of a record: each is a newer state of it."""
OPERATOR = Actor(None, "值班", "system")
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 300
MANY = int(os.environ.get("SOAK_MESSAGES", "5000"))


@dataclass
class Run:
    """One run against the receiver, with the workers at their slots and what a person had to do."""

    settings: Settings
    db: Database
    clock: SkippingClock
    clock_file: Path
    chance: random.Random
    workers: dict[int, ForkServerProcess] = field(default_factory=dict)
    cut: int = 0
    by_hand: Counter[str] = field(default_factory=Counter)

    def start(self, slot: int) -> None:
        self.clock.work(slot, True)  # until it has begun, and found nothing
        self.workers[slot] = pusher.start(self.settings, self.clock_file, slot)

    def kill_one(self) -> None:
        """One of the workers is killed, at work or not, and another takes its place."""
        slot = self.chance.randrange(WORKERS)
        self.workers[slot].kill()
        self.workers[slot].join()
        with self.db.read() as tx:
            leased = select(func.count()).select_from(outbox).where(outbox.c.state == "leased")
            self.cut += tx.execute(leased).scalar_one() > 0
        self.start(slot)

    def look(self) -> int:
        """Give how many messages are not through; where all workers wait, go on to when something is to be done again."""
        idle = self.clock.idle()
        with self.db.read() as tx:
            left = tx.execute(select(func.count()).select_from(outbox).where(outbox.c.state != "done")).scalar_one()
            coming = _next(tx, self.clock()) if idle else None
        if idle and left:
            if coming is not None:
                self.clock.skip(coming)
            self._see_to_what_is_stuck()
        return int(left)

    def _see_to_what_is_stuck(self) -> None:
        """Do as a person does with a target that takes nothing any more, and with a message that was given up."""
        with self.db.begin() as tx:
            for held in tx.execute(select(target.c.code).where(target.c.held_at.is_not(None))).scalars().all():
                self.by_hand["target resumed"] += targets.switch(tx, OPERATOR, held, True, self.clock())
            for row in tx.execute(select(outbox.c.id).where(outbox.c.state == "dead")).scalars().all():
                self.by_hand["message sent again"] += receipts.retry(tx, SYSTEM, row, self.clock())


def _next(tx: Connection, now: datetime) -> datetime | None:
    """When something waits for, that is not due yet: the next try of a message, or the end of a target's rest."""
    tries = select(func.min(outbox.c.next_at)).where(outbox.c.next_at > now)
    rests = select(func.min(target.c.rest_until)).where(target.c.rest_until > now)
    found = [at for at in (tx.execute(one).scalar() for one in (tries, rests)) if at is not None]
    return min(found) + timedelta(milliseconds=1) if found else None


@contextmanager
def running(run: Run) -> Iterator[Run]:
    for slot in range(WORKERS):
        run.start(slot)
    try:
        yield run
    finally:
        for worker in run.workers.values():
            worker.kill()
            worker.join()


def fill(db: Database, vault: Vault, address: str, secrets: dict[str, str], count: int) -> list[str]:
    """Targets at the receiver, and messages about so many records that each has STATES of them; the keys, with the target's code."""
    records = max(1, count // STATES)
    codes = list(secrets)
    with db.begin() as tx:
        exchange_keys.keep(tx, vault, SYSTEM, times.now())
        for number, code in enumerate(codes, 1):
            row = {"id": number, "code": code, "name": code, "kind": "province", "url": f"{address}/targets/{code}"}
            tx.execute(insert(target).values(**row, secret=vault.seal(secrets[code])))
        keys = []
        for number in range(count):
            about, version = number % records, number // records + 1
            place = about % len(codes)
            name = f"SX-2026-{about + 1:06d}"
            data = pushes.record_changed(number=name, version=version)
            key = f"m-{number}"
            lane = f"{codes[place]}/{name}"
            add(tx, times.now(), ToDo(key, "push", lane, "record_changed", data, target_id=place + 1))
            keys.append(f"{codes[place]}/{key}")
    return keys


def carry(run: Run, count: int, kills: int) -> None:
    """Run until every message is through, with workers killed on the way."""
    patience = time.monotonic() + PATIENCE_SECONDS + count
    marks = sorted(run.chance.randrange(count // 10, count) for _ in range(kills))
    rest = Event()
    while (left := run.look()) > 0:
        assert time.monotonic() < patience, f"{left} of {count} messages are left"
        while marks and left <= marks[-1]:
            marks.pop()
            run.kill_one()
        rest.wait(LOOK_SECONDS)


def figures(run: Run, seen: hostile.Seen, count: int, began: float, start: datetime) -> dict[str, Any]:
    with run.db.read() as tx:
        tries = tx.execute(select(func.count()).select_from(push_attempt)).scalar_one()
    return {
        "database": "SQLite" if run.db.is_sqlite else "PostgreSQL", "messages": count, "requests": seen.requests,
        "met": dict(seen.faults), "tries kept": tries, "effects": sum(seen.effects.values()),
        "came again after their effect": seen.repeated, "workers killed at work": run.cut, "by hand": dict(run.by_hand),
        "hours passed": round((run.clock() - start).total_seconds() / 3600, 1), "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        pytest.param(20, 1, id="20", marks=pytest.mark.soak),
        pytest.param(MANY, 40, id="many", marks=pytest.mark.soak),
    ],
)
def test_every_message_arrives_and_does_what_it_says_once(
    settings: Settings, database: Database, tmp_path: Path, count: int, kills: int
) -> None:
    began, chance = time.monotonic(), random.Random(20260610)
    secrets = {f"t{number}": signing.new_secret() for number in range(1, TARGETS + 1)}
    receiver = hostile.Hostile(secrets, random.Random(5))
    file = tmp_path / "clock"
    with SkippingClock(file) as clock, times.set_clock(clock), hostile.receiving(receiver) as address:
        start = clock()
        keys = fill(database, Vault.at(settings.keys), address, secrets, count)
        with database.read() as tx:
            receiver.public = exchange_keys.published(tx)[0].public
        with running(Run(replace(settings, push_seconds=1), database, clock, file, chance)) as run:
            carry(run, count, kills)
        print(json.dumps(figures(run, receiver.seen, count, began, start), ensure_ascii=False))
    seen = receiver.seen
    assert seen.faulty == []
    assert seen.effects == dict.fromkeys(keys, 1)
    assert all(len(bodies) == 1 for bodies in seen.bodies.values())
    assert all(versions == list(range(1, len(versions) + 1)) for versions in seen.shown.values())
    with database.read() as tx:
        rows = tx.execute(select(outbox.c.key, outbox.c.lane, outbox.c.receipt)).all()
    said = {f"{row.lane.partition('/')[0]}/{row.key}": row.receipt["remote_id"] for row in rows}
    assert said == {key: receipt["receipt"] for key, receipt in seen.receipts.items()}
    assert {row.receipt["request"]["digest"].removeprefix("sha256:") for row in rows} == {
        body.hex() for bodies in seen.bodies.values() for body in bodies
    }
    assert len(seen.signed) == count
    assert run.cut > 0 or kills == 1  # one kill may meet a worker between two messages
