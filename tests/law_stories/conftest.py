"""A town of its own for every story, at 10:00 on Wednesday 10 June 2026."""

from __future__ import annotations

import pytest

from repairflow.db import Database
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)
