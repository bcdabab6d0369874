"""A checkpoint holds what a letter or a push names before anybody outside is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.app import log_signing
from repairflow.app.log_signing import SigningFirst
from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.auditing import checkpoints, sequencer
from repairflow.db import Database
from repairflow.gateway.messages import Message
from repairflow.gateway.platform import Address, Page, Receipt
from repairflow.letters.model import Pressed
from repairflow.records import letter, log_leaf
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@dataclass
class Watching:
    """A printer and a platform that look, when they are told, whether the log is signed as far as what they are told."""

    town: Town
    held: list[bool] = field(default_factory=list)

    def press(self, data: Any) -> Pressed:
        """Look for the event that the letter prints."""
        self._look(self.town.one(select(letter.c.chain_head).where(letter.c.number == data.number)).chain_head)
        return Pressed(pdf=b"%PDF-1.7", sha256="f" * 64, pages=1)

    def push(self, _: Address, message: Message) -> Receipt:
        """Look for the event that the message names."""
        self._look(message.data["chain_head"])
        return Receipt(True, "R", self.town.now, "public")

    def pull(self, _: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """Nothing."""
        return Page((), None)

    def _look(self, digest: str) -> None:
        with self.town.db.read() as tx:
            self.held.append(checkpoints.holds(tx, digest))


def program(town: Town) -> Program:
    return Program(town.settings, town.db, town.services)


def sign(town: Town) -> None:
    """As the worker does, one event at a time."""
    with town.db.begin() as tx:
        sequencer.sequence(tx, 1)
    with town.db.begin() as tx:
        checkpoints.take(tx, program(town).signer, town.now)


def told(town: Town, case: str, watching: Watching) -> None:
    platform = SigningFirst(town.db, lambda: sign(town), watching)
    platform.push(Address("t", "http://x", b"k"), message(town.case(case).chain_head))


def message(head: str) -> Message:
    return Message("k", "record_changed", "urn:x", "x", "case/x", 1, datetime(2026, 6, 10), {"chain_head": head})


def test_a_letter_is_pressed_when_the_log_is_signed(town: Town) -> None:
    town.do(town.file_repair(), "accept")
    watching = Watching(town)
    tick = next(one for one in ticks(program(town), watching, watching) if one.name == "press")  # type: ignore[arg-type]  # fakes
    for _ in range(3):
        tick.run()
    assert len(watching.held) >= 2
    assert all(watching.held)


def test_a_push_is_sent_when_the_log_is_signed(town: Town) -> None:
    case = town.file_repair()
    watching = Watching(town)
    for _ in range(2):  # the second time nothing waits, and nothing is signed
        told(town, case, watching)
    assert watching.held == [True, True]


def test_a_log_that_may_not_be_signed_holds_nothing_up(town: Town) -> None:
    case = town.file_repair()
    sign(town)
    with town.db.engine.begin() as tx:
        if town.db.is_sqlite:
            for name in tx.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_leaf'"
            ):
                tx.exec_driver_sql(f"DROP TRIGGER {name[0]}")
        else:
            tx.exec_driver_sql("SET LOCAL session_replication_role = replica")
        tx.execute(update(log_leaf).where(log_leaf.c.position == 0).values(leaf=bytes(32)))
    town.do(case, "accept")
    watching = Watching(town)
    told(town, case, watching)
    assert watching.held == [False]


def test_what_waits_before_it_is_signed_with_it(town: Town) -> None:
    town.file_repair()
    case = town.file_repair()
    head = town.case(case).chain_head
    log_signing.before_telling(town.db, lambda: sign(town), head)
    log_signing.before_telling(town.db, lambda: sign(town), "sha256:0")  # of no event: ends all the same
    with town.db.read() as tx:
        assert checkpoints.holds(tx, head)
        assert not checkpoints.holds(tx, "sha256:0")
