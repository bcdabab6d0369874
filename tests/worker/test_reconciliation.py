"""Every day what platforms show is laid beside what we decided; old sessions are forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from repairflow.db import Database
from repairflow.gateway.platform import Address, Page
from repairflow.gateway.reconcile import Difference
from repairflow.records import outbox, person, target, web_session
from repairflow.worker.chores import KEEP_SESSIONS, forget_sessions
from repairflow.worker.reconciliation import reconcile
from repairflow.worker.relay import Relay, Work
from tests.conftest import Clock
from tests.support import pushes
from tests.support.pushes import Sandbox
from tests.worker.worker_samples import VAULT, add_push, add_record, give_up, ground, receive


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    one = Sandbox(tmp_path)
    yield one
    one.close()


@pytest.fixture
def db(database: Database, sandbox: Sandbox) -> Database:
    ground(database)
    with database.begin() as tx:
        for code, secret in sandbox.secrets.items():
            tx.execute(update(target).where(target.c.code == code).values(secret=VAULT.seal(secret)))
    return database


def relay(db: Database, sandbox: Sandbox, now: datetime) -> None:
    one = Relay(db, sandbox.platform, Work(lambda letter_id: None, receive, give_up), VAULT, "a")
    one.run_once(now)


def reported(db: Database, sandbox: Sandbox, now: datetime) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []

    def report(tx: Connection, target_id: int, differences: Sequence[Difference], at: datetime) -> None:
        found.extend((target_id, one.number, one.kind) for one in differences)

    now += timedelta(seconds=1)
    assert reconcile(db, sandbox.platform, VAULT, report, now) == len(found)
    return found


def change(db: Database, n: int, state: str, sequence: str) -> None:
    """The record changes and every target is told, as casework does."""
    number = f"JL-2026-{n:06d}"
    add_push(db, f"k{n}-{sequence}", f"province/{number}", record_id=n, payload=pushes.record_changed(state, number))


def test_all_is_well_when_all_receipts_are_in(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    add_record(db, 1)
    change(db, 1, "published", "a")
    relay(db, sandbox, clock())
    assert reported(db, sandbox, clock()) == []


def test_every_planted_loss_is_found_and_nothing_else(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    """Fifty messages lost inside the platform after their receipts, among others that were not."""
    lost = {n for n in range(1, 76) if n % 3}
    assert len(lost) == 50
    for mode, numbers in (("normal", set(range(1, 76)) - lost), ("silent_loss", lost)):
        sandbox.behave(mode)
        for n in numbers:
            add_record(db, n)
            change(db, n, "published", "a")
        relay(db, sandbox, clock())
    assert reported(db, sandbox, clock()) == [(1, f"JL-2026-{n:06d}", "not_shown") for n in sorted(lost)]


def test_a_record_that_should_be_gone_is_reported(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    add_record(db, 1, "ceased")
    change(db, 1, "published", "a")
    relay(db, sandbox, clock())
    sandbox.behave("wrong_state")
    change(db, 1, "ceased", "b")
    assert reported(db, sandbox, clock()) == []  # the message is still under way
    relay(db, sandbox, clock())
    assert reported(db, sandbox, clock()) == [(1, "JL-2026-000001", "still_shown")]


def test_a_message_that_arrives_while_we_compare_is_no_difference(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    add_record(db, 1)
    pull = sandbox.platform.pull

    def late(address: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        page = pull(address, since, cursor)
        clock.travel(timedelta(seconds=2))
        if address.code == "province":
            change(db, 1, "published", "a")
            relay(db, sandbox, clock())
        return page

    sandbox.platform.pull = late  # type: ignore[method-assign]  # the world moves on between two looks
    assert reported(db, sandbox, clock()) == []
    assert sandbox.verdicts() == ["accepted"]


def test_a_message_accepted_but_not_yet_recorded_is_no_difference(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    add_record(db, 1)
    change(db, 1, "published", "a")
    sandbox.platform.push(sandbox.address(), pushes.message())
    assert reported(db, sandbox, clock()) == []


def test_a_record_nobody_told_them_of_is_reported(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.platform.push(sandbox.address(), pushes.message())
    assert reported(db, sandbox, clock()) == [(1, "JL-2026-000001", "unknown")]


def test_a_target_that_is_down_hides_no_other(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    data = pushes.message()
    sandbox.platform.push(sandbox.address("bureau"), data)
    sandbox.behave("down")
    assert reported(db, sandbox, clock()) == [(2, "JL-2026-000001", "unknown")]


def test_a_target_whose_report_fails_hides_no_other(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    for code in ("province", "bureau"):
        sandbox.platform.push(sandbox.address(code), pushes.message())
    told: list[int] = []

    def report(tx: Connection, target_id: int, differences: Sequence[Difference], at: datetime) -> None:
        if target_id == 1:
            raise RuntimeError("the disk is full")
        told.append(target_id)

    assert reconcile(db, sandbox.platform, VAULT, report, clock()) == 1
    assert told == [2]


def test_a_target_that_wants_nothing_now_is_not_asked(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    """It asked for a pause, or a person has to look first."""
    for code in ("province", "bureau"):
        sandbox.platform.push(sandbox.address(code), pushes.message())
    later = clock() + timedelta(hours=1)
    with db.begin() as tx:
        tx.execute(update(target).where(target.c.code == "province").values(rest_until=later))
        tx.execute(update(target).where(target.c.code == "bureau").values(held_at=clock()))
    assert reported(db, sandbox, clock()) == []
    assert reported(db, sandbox, later) == [(1, "JL-2026-000001", "unknown")]


def test_a_platform_that_is_down_loses_nothing(db: Database, sandbox: Sandbox, clock: Clock) -> None:
    """The whole way: relay, client and platform, with the platform failing in each of its ways in turn."""
    add_record(db, 1, "ceased")
    for n, state in enumerate(("published", "disputed", "published", "ceased")):
        change(db, 1, state, str(n))
    for mode in ("down", "lost_answer", "old_receipt", "slow", "normal", "normal"):
        sandbox.behave(mode)
        relay(db, sandbox, clock.travel(timedelta(hours=1)))
    with db.read() as tx:
        assert set(tx.execute(select(outbox.c.state)).scalars()) == {"done"}
    assert reported(db, sandbox, clock()) == []
    assert "此信息已终止公示" in sandbox.page("/targets/province/records/JL-2026-000001")
    taken = [verdict for verdict in sandbox.verdicts() if verdict in {"accepted", "not_answered"}]
    assert len(taken) == 4


def test_sessions_long_over_are_forgotten(database: Database, clock: Clock) -> None:
    with database.begin() as tx:
        tx.execute(insert(person).values(id=1, login="lin", name="林一鸣", kind="staff"))
        for n, expired in enumerate((KEEP_SESSIONS + timedelta(days=1), KEEP_SESSIONS - timedelta(days=1))):
            tx.execute(
                insert(web_session).values(
                    token_digest=str(n), person_id=1, created_at=clock() - expired, seen_at=clock() - expired,
                    expires_at=clock() - expired,
                )
            )  # fmt: skip
    assert forget_sessions(database, clock()) == 1
    with database.read() as tx:
        assert tx.execute(select(web_session.c.token_digest)).scalars().all() == ["1"]
