"""The worker while its database is away, and when it is back: every tick goes on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.letters.model import Pressed
from repairflow.records import letter, target
from repairflow.settings import Settings
from tests.conftest import KIND, Clock
from tests.support import trouble
from tests.support.building import Town
from tests.support.town_copies import taken

QUICK = Limits(connect=2, lock=1, statement=2, answer=3)


class Printer:
    """Gives every letter the same PDF."""

    def press(self, _letter: Any) -> Pressed:
        return Pressed(pdf=b"%PDF-1.7", sha256="f" * 64, pages=1)


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def away(town: Town, tmp_path: Path) -> Iterator[tuple[Database, AbstractContextManager[None]]]:
    """The town's database as the worker reaches it, and a block while which it cannot be reached."""
    town.file_repair()
    town.turn(update(target).values(active=False))  # nobody is there to push to, or to compare with
    if KIND == "sqlite":
        path = tmp_path / "database" / "repairflow.db"
        path.parent.mkdir()
        db = Database(f"sqlite:///{path}", QUICK)
        taken(town.db)(db)
        yield db, trouble.file_away(db)
    else:
        url = town.settings.database_url
        gateway = trouble.Gateway(url.partition("host=")[2])
        db = Database(
            f"{url.partition('@')[0]}@127.0.0.1:{gateway.port}/{url.partition('@/')[2].partition('?')[0]}", QUICK
        )
        yield db, _cut(gateway)
        gateway.close()
    db.dispose()


@contextmanager
def _cut(gateway: trouble.Gateway) -> Iterator[None]:
    gateway.refuses = True
    gateway.cut()
    yield
    gateway.refuses = False


def unmade(db: Database) -> int:
    with db.read() as tx:
        return len(tx.execute(select(letter.c.id).where(letter.c.pressed_at.is_(None))).all())


def test_the_worker_outlives_its_database(
    town: Town, away: tuple[Database, AbstractContextManager[None]], clock: Clock
) -> None:
    db, gone = away
    program = Program(town.settings, db, town.services)
    every = ticks(program, None, Printer())  # type: ignore[arg-type]  # fakes of the platform and the press
    waits = unmade(db)
    assert waits > 0
    with gone, capture_logs() as said:
        for tick in every:
            tick()  # raises nothing
    assert {line["event"] for line in said} >= {"tick failed"}
    assert not any("password" in str(line) for line in said)
    with capture_logs() as said:
        for tick in every:
            tick()
    assert [line for line in said if line["event"] == "tick failed"] == []
    assert unmade(db) < waits
