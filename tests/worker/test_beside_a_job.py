"""While an import is written, its letters and pushes wait for it, all but a few; nothing of a case does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from repairflow.app.program import Program
from repairflow.app.worker import FEW_BESIDE_A_JOB, Duties
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases.import_penalties import Delivered, import_file
from repairflow.db import Database
from repairflow.records import outbox
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.files import penalties
from tests.worker.test_signed_before_told import Watching

ROWS = 5


@pytest.mark.parametrize(("at_work", "made"), [(True, FEW_BESIDE_A_JOB), (False, ROWS)])
def test_letters_of_an_import_wait_until_it_has_ended(
    database: Database, settings: Settings, clock: Clock, at_work: bool, made: int
) -> None:
    town = Town(database, settings)
    import_file(database, town.services, Delivered(penalties(ROWS), "a.csv", "ENV", SYSTEM), town.now)
    watching = Watching(town)
    duties = Duties(Program(town.settings, town.db, town.services), watching, watching, None)  # type: ignore[arg-type]  # it prints
    duties._jobs.at_work = at_work
    next(tick for tick in duties.often() if tick.name == "press").run()
    done = town.all(select(outbox.c.id).where(outbox.c.topic == "press", outbox.c.state == "done"))
    assert len(done) == made
