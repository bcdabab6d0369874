"""An erratum and an amended year, applied by a process that is killed (SIGKILL) in the middle: nothing of it stands, the next run does the
whole, and a run after that does nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases.errata import ApplyErratum
from repairflow.casework.changes import LoadCalendar
from repairflow.casework.changes.base import Change
from repairflow.casework.dispatch import dispatch
from repairflow.db import Database
from repairflow.errors import RepairFlowError
from repairflow.records import event
from tests.casework.test_errata import SHORTER, of
from tests.support import kept_connections
from tests.support.building import Town
from tests.support.shipped import edited, source

LAST = "commit"
POINTS = (1, 2, 3, LAST)
"""Before which write of the transaction the process is killed."""
AMENDED = edited(
    source("2026", "calendars"), ("published = true", 'published = true\namends = "《关于调整2026年端午节放假安排的通知》"'),
    ("from = 2026-06-19", "from = 2026-06-12"),
)  # fmt: skip


def killed_at(town: Town, command: Any, point: int | str) -> int:
    """A process of its own carries the command out and is killed at this point; how it ended."""
    child = os.fork()
    if child == 0:
        try:
            _carry_out(town, command, point)
        finally:
            os._exit(3)  # it was to be killed before
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _carry_out(town: Town, command: Any, point: int | str) -> None:
    db, written = Database(town.settings.database_url), 0

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def count(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal written
        written += statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        if written == point:
            kill()

    @sa.event.listens_for(db.engine, "commit")
    def commit(conn: Any) -> None:
        if point == LAST:
            kill()

    with db.begin() as tx:
        dispatch(tx, town.services, command, town.now)


def erratum(town: Town) -> Any:
    return ApplyErratum(SYSTEM, of(SHORTER))


def amended(town: Town) -> Change:
    return LoadCalendar(SYSTEM, AMENDED, "2026.toml")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("given", "action"), [(erratum, "erratum"), (amended, "amend_calendar")])
def test_a_process_killed_in_the_middle_leaves_nothing_and_the_next_does_it_once(
    town: Town, given: Callable[[Town], Any], action: str, point: int | str
) -> None:
    for _ in range(2):
        town.file_repair()
    command, before = given(town), town.counts()
    town.db.dispose()
    kept_connections.forget()  # else the process that dies would speak over a connection of this one
    assert killed_at(town, command, point) == -signal.SIGKILL
    assert town.counts() == before
    refused: list[str] = []
    for _ in range(2):
        try:
            with town.db.begin() as tx:
                dispatch(tx, town.services, command, town.now)
        except RepairFlowError as again:
            refused.append(str(again))
    assert len(refused) <= 1, refused
    events = town.all(sa.select(event).where(event.c.action == action).order_by(event.c.id))
    whole = [one for one in events if one.case_id is None]
    assert len(whole) == 1
    moved = [one.case_id for one in events if one.case_id is not None]
    assert len(moved) == len(set(moved))
    if action == "erratum":
        assert len(moved) == 2
    town.sound()
