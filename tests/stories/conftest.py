"""A town at work for every story, at 10:00 on Wednesday 10 June 2026."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.stories.town_life import TownLife
from tests.support.building import Town


@pytest.fixture
def life(database: Database, settings: Settings, clock: Clock, press: Press, tmp_path: Path) -> Iterator[TownLife]:
    lived = TownLife(Town(database, settings), clock, press, tmp_path)
    yield lived
    lived.close()
