"""What tests of pages may ask for: `town`, `app` (the whole application, in which everybody of the town may be entered with one
press), `served` (the whole site for a browser). A file with a town or an application of its own says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from repairflow.db import Database
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.served import served as serving
from tests.web.portal_visit import make
from tests.web.served_town import Served


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


@pytest.fixture
def served(database: Database, settings: Settings, clock: Clock) -> Iterator[Served]:
    """A town and its whole site on loopback."""
    town = Town(database, settings)
    with serving(make(town)) as port:
        yield Served(town, f"http://127.0.0.1:{port}")
