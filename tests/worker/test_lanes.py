"""A slow platform stalls nobody: each target has a lane, and what falls due meanwhile goes out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import insert, select, update

from repairflow import times
from repairflow.db import Database
from repairflow.gateway import signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address
from repairflow.records import outbox, target
from repairflow.worker.relay import Relay, Work, awaited
from repairflow.worker.target_lanes import Lanes
from tests.conftest import Clock
from tests.support import servers
from tests.worker.worker_samples import VAULT, FakePlatform, add_push, give_up, ground, receive, states

GOOD = range(3, 12)
"""Nine targets beside the two there are."""


@pytest.fixture
def db(database: Database, clock: Clock) -> Database:
    ground(database)
    return database


def lanes_of(db: Database, platform: FakePlatform | HttpPlatform, most: int = 16, stop: Event | None = None) -> Lanes:
    relay = Relay(db, platform, Work(lambda _: None, receive, give_up), VAULT, "a")
    return Lanes(db, lambda only: relay.run_once(times.now(), topics=("push",), only=only), most, stop)


@pytest.fixture
def eleven(db: Database) -> Iterator[Database]:
    """Nine platforms that take everything and one that drips, all on loopback, with three messages each."""
    with ExitStack() as stack:
        slow, good = stack.enter_context(servers.dripping()), stack.enter_context(servers.taking())
        with db.begin() as tx:
            tx.execute(update(target).where(target.c.id == 1).values(url=slow))
            for n in GOOD:
                secret = VAULT.seal(signing.new_secret())
                tx.execute(
                    insert(target).values(id=n, code=f"t{n}", name=f"t{n}", kind="province", url=good, secret=secret)
                )
        for n in (1, *GOOD):
            for message in range(3):
                add_push(db, f"{n}/{message}", lane=f"t{n}/{message}", target_id=n)
        yield db


def done_by(db: Database, wanted: int, longest: float) -> float:
    """Seconds until so many rows are done."""
    begun = time.monotonic()
    look = Event()
    while time.monotonic() - begun < longest:
        with db.read() as tx:
            if len(tx.execute(select(outbox.c.id).where(outbox.c.state == "done")).all()) >= wanted:
                break
        look.wait(0.05)
    return time.monotonic() - begun


def test_nine_good_platforms_do_not_wait_for_one_that_drips(eleven: Database) -> None:
    platform = HttpPlatform(seconds=8)
    begun = time.monotonic()
    work = Thread(target=lanes_of(eleven, platform).run, args=(times.now,))
    work.start()
    good = done_by(eleven, 27, 30)
    work.join()
    whole = time.monotonic() - begun
    platform.close()
    print(f"nine good platforms: {good:.2f} s; with the dripping one: {whole:.2f} s")
    assert good < 7 < whole
    found = states(eleven)
    assert all(found[f"{n}/{message}"] == "done" for n in GOOD for message in range(3))
    assert not any(found[f"1/{message}"] == "done" for message in range(3))


def test_what_falls_due_meanwhile_goes_out(db: Database, clock: Clock) -> None:
    sent = Event()

    def trouble(address: Address, message: Message) -> None:
        if message.key == "slow":
            add_push(db, "late", lane="bureau/1", target_id=2)
            assert sent.wait(30), "the other lane did not look again"
        elif message.key == "late":
            sent.set()

    add_push(db, "slow", target_id=1)
    lanes_of(db, FakePlatform(trouble)).run(times.now)
    assert states(db) == {"slow": "done", "late": "done"}


def test_a_lane_keeps_the_order_of_a_case(db: Database, clock: Clock) -> None:
    for n in range(6):
        add_push(db, f"k{n}", lane=f"province/{n % 2}")
    platform = FakePlatform()
    lanes_of(db, platform).run(times.now)
    for lane in range(2):
        assert [key for key in platform.sent if int(key[1:]) % 2 == lane] == [f"k{n}" for n in range(lane, 6, 2)]


def test_no_more_platforms_at_once_than_allowed(db: Database, clock: Clock) -> None:
    at_once: list[int] = []
    now: list[int] = []

    def trouble(address: Address, message: Message) -> None:
        now.append(1)
        at_once.append(len(now))
        now.pop()

    for n in (1, 2):
        add_push(db, f"k{n}", lane=f"t{n}/1", target_id=n)
    lanes_of(db, FakePlatform(trouble), most=1).run(times.now)
    assert at_once == [1, 1]


def test_blocked_and_resting_rows_do_not_keep_the_lanes_busy(db: Database, clock: Clock) -> None:
    add_push(db, "dead", state="dead", next_at=None)
    add_push(db, "behind")
    add_push(db, "later", lane="bureau/1", target_id=2, next_at=times.now() + timedelta(minutes=1))
    platform = FakePlatform()
    lanes_of(db, platform).run(times.now)
    assert platform.sent == []


def test_only_targets_with_something_due_are_awaited(db: Database, clock: Clock) -> None:
    def goals(now: datetime) -> list[int]:
        with db.read() as tx:
            return awaited(tx, now)

    assert goals(clock()) == []
    add_push(db, "k1", target_id=2)
    assert goals(clock()) == [2]
    with db.begin() as tx:
        tx.execute(update(target).where(target.c.id == 2).values(active=False))
    assert goals(clock()) == []


def test_a_stopping_worker_begins_no_lane(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    stop = Event()
    stop.set()
    platform = FakePlatform()
    lanes_of(db, platform, stop=stop).run(times.now)
    assert platform.sent == []


def test_a_lane_that_breaks_harms_no_other(db: Database, clock: Clock) -> None:
    seen: list[int] = []

    def push(only: int) -> None:
        seen.append(only)
        if only == 1:
            raise OSError

    for n in (1, 2):
        add_push(db, f"k{n}", lane=f"t{n}/1", target_id=n)
    Lanes(db, push, 2).run(times.now)
    assert sorted(seen) == [1, 2]
