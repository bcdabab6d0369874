"""A checkpoint holds what a letter or a push names before anybody outside is told."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from repairflow import access_audit_files
from repairflow.app import log_signing
from repairflow.app.log_signing import SigningFirst
from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.chain import content
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.db import Database
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Page, Receipt
from repairflow.letters.model import Pressed
from repairflow.records import event, letter, log_leaf
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


def test_an_event_far_behind_the_log_is_signed_before_it_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its transaction was open while very many others committed."""
    monkeypatch.setattr(sequencer, "LATE", 0)
    early, later = town.file_repair(), town.file_repair()
    last = town.one(select(event.c.id, event.c.digest).where(event.c.digest == town.case(later).chain_head))
    with town.db.begin() as tx:
        sequencer.place(tx, last.digest)
        assert sequencer.late(tx, town.case(early).chain_head)
    watching = Watching(town)
    told(town, early, watching)
    assert watching.held == [True]


@pytest.mark.parametrize(
    "fault", [None, OSError("no such key"), RuntimeError("x"), DatabaseError("x", {}, ValueError())]
)
def test_a_fault_of_signing_holds_nothing_up_and_is_shown(town: Town, fault: Exception | None) -> None:
    """A signer that gets nowhere (None) is asked once."""
    asked = []

    def signing() -> None:
        asked.append(1)
        if fault is not None:
            raise fault

    watching = Watching(town)
    head = town.case(town.file_repair()).chain_head
    SigningFirst(town.db, signing, watching).push(Address("t", "http://x", b"k"), message(head))
    assert (watching.held, asked, warned(town)) == ([False], [1], True)
    town.at(timedelta(minutes=1))
    sign(town)
    assert not warned(town)


def test_signing_that_never_arrives_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round signs something, and never the event."""
    monkeypatch.setattr(log_signing, "MOST_ROUNDS", 3)
    heads = [town.case(town.file_repair()).chain_head for _ in range(6)]
    asked = []

    def signing() -> None:
        with town.db.begin() as tx:
            sequencer.place(tx, heads[len(asked)])
        asked.append(1)

    log_signing.before_telling(town.db, signing, heads[-1])
    assert len(asked) == 3
    assert warned(town)


def warned(town: Town) -> bool:
    with town.db.read() as tx:
        return "log" in [one.code for one in warnings(tx, town.law.calendar, town.now)]


def test_what_pages_showed_does_not_hold_up_what_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk does not give the files; letters are pressed, and the log is signed."""

    def broken(_: Path) -> list[Path]:
        raise OSError("input/output error")

    monkeypatch.setattr(access_audit_files, "aside", broken)
    town.do(town.file_repair(), "accept")
    watching = Watching(town)
    duties = {one.name: one for one in ticks(program(town), watching, watching)}  # type: ignore[arg-type]  # fakes
    for _ in range(3):
        duties["press"].run()
    assert watching.held
    assert all(watching.held)
    assert not warned(town)
    town.file_repair()
    with pytest.raises(OSError, match="input/output"):
        duties["log"].run()
    with town.db.read() as tx:
        assert not sequencer.waiting(tx)
        assert not checkpoints.behind(tx)


SHOWN = {"kind": "view", "at": "2026-06-10T10:00:00+08:00", "person": 1, "name": "甲", "page": "x", "of": "y"}


@pytest.mark.parametrize("held_by_a_writer", [False, True])
def test_what_was_shown_while_a_letter_was_told_comes_into_the_trail(town: Town, held_by_a_writer: bool) -> None:
    """A process has its file open and is about to write while the worker sets it aside, signs, and turns again."""
    home = town.settings.home
    access_audit_files.append(home, SHOWN)
    (path,) = (home / access_audit_files.NAME).glob("*.jsonl")
    watching = Watching(town)
    duties = {one.name: one for one in ticks(program(town), watching, watching)}  # type: ignore[arg-type]  # fakes
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    if held_by_a_writer:
        fcntl.flock(file, fcntl.LOCK_SH)
    duties["log"].run()
    town.do(town.file_repair(), "accept")
    for turn in ("press", "press", "whole_log", *(["log"] if held_by_a_writer else [])):
        duties[turn].run()
    os.write(file, (json.dumps(SHOWN | {"of": "late"}) + "\n").encode())
    os.close(file)
    duties["log"].run()
    (seen,) = town.all(select(event.c.body).where(event.c.stream == "views"))
    assert [one["of"] for one in content(seen.body)["seen"]] == ["y", "late"]


def test_nobody_writes_to_a_file_that_was_set_aside(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is set aside, and taken, between the moment it is opened and the moment it is locked."""
    home, lock = town.settings.home, fcntl.flock
    access_audit_files.append(home, SHOWN)
    taken: list[dict[str, object]] = []

    def slow(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        for _ in range(2):
            for aside in access_audit_files.aside(home):
                taken.extend(access_audit_files.lines(aside))
                aside.unlink()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", slow)
    access_audit_files.append(home, SHOWN | {"of": "late"})
    for _ in range(2):
        for aside in access_audit_files.aside(home):
            taken.extend(access_audit_files.lines(aside))
    assert [line["of"] for line in taken] == ["y", "late"]
