"""What every test may ask for: `database`, `database_url`, `clock`, `home`, `settings`, `page`.

REPAIRFLOW_TEST_DATABASE = sqlite (default) | postgresql chooses what `database` is; the same tests run on both.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, Page

from repairflow import times
from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings, load
from tests.support import browser, databases, kept_connections, kept_files, once, one_database, sockets

TOWNS = frozenset({"town", "life"})
"""Fixtures which, before a test sees its database, build a town in it."""
LONG = (
    "tests/security/test_bad_arguments.py",
    "tests/house/test_accessibility.py",
    "tests/house/test_every_address.py",
)
"""Begun first: one test of a minute that is begun last leaves the other worker without work."""
KIND = os.environ.get("REPAIRFLOW_TEST_DATABASE", "sqlite")
# The surroundings of whoever runs the tests must not change them.
for _name in [name for name in os.environ if name.startswith("REPAIRFLOW_")]:
    if _name != "REPAIRFLOW_TEST_DATABASE":
        del os.environ[_name]

# How this process finds its memory is no matter of those it starts, some of which have little of it.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("LD_PRELOAD", None)

hypothesis.settings.register_profile("house", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="on PostgreSQL also what is marked `either_database`")


def pytest_configure(config: pytest.Config) -> None:
    if KIND not in {"sqlite", "postgresql"}:
        raise pytest.UsageError("REPAIRFLOW_TEST_DATABASE is sqlite or postgresql")
    sockets.forbid()
    gc.disable()  # until all is collected: it would walk through what stays
    _remember_opened()
    once.remember()
    kept_connections.keep()


@pytest.hookimpl(tryfirst=True)  # before marks choose what runs
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test has one name, and the run on PostgreSQL leaves out what touches no database, or asks for what no database
    has a say in: a browser's own doing, or (`either_database`, in a file or by the list of
    `one_database`, unless `--whole`) what other tests ask of both.

    Two workers must give a test the same name; one with a memory address in it never has it twice.
    """
    unstable = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if unstable:
        raise pytest.UsageError("give these parameters ids of their own:\n" + "\n".join(unstable))
    if KIND == "postgresql":
        for item in items:
            if one_database.is_listed(item.nodeid):
                item.add_marker("either_database")
        others = [
            item
            for item in items
            if "databases_of_kind" not in getattr(item, "fixturenames", ())
            or item.get_closest_marker("browser") is not None
            or (not config.option.whole and one_database.left_out(item))
        ]
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """What collecting made lives as long as the run: memory is collected without walking through it each time, and after
    tens of thousands of new objects, since one page makes as many as Python waits for (700) many times over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_report_header() -> str:
    return f"database: {KIND}"


_opened: list[Database] = []


def _remember_opened(opens: Callable[..., None] = Database.__init__) -> None:
    """Afterwards every Database that anything opens is known, so that a test's end can close what it left open."""

    def remembered(self: Database, *given: Any, **named: Any) -> None:
        opens(self, *given, **named)
        if self.is_sqlite:
            kept_files.keep(self.engine)
        once.share_statements(self.engine, self._reader)
        _opened.append(self)

    Database.__init__ = remembered


@pytest.fixture(autouse=True)
def _closes_databases() -> Iterator[None]:
    """Connections a program of the test left in its pool are closed with it, not whenever memory is collected."""
    yield
    _close_opened()


def _close_opened() -> None:
    with kept_files.keeping():
        while _opened:
            _opened.pop().dispose()


@pytest.fixture(autouse=True)
def _stays_home() -> Iterator[None]:
    """Fails a test which tried to leave this machine, even where the program swallowed the refusal."""
    sockets.trespasses.clear()
    yield
    assert not sockets.trespasses


@pytest.fixture(scope="session")
def databases_of_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Maker]:
    """Makes databases of the kind this run is about; one server a worker process."""
    if KIND == "sqlite":
        yield databases.SQLite(tmp_path_factory.mktemp("databases"))
    else:
        with databases.postgresql() as maker:
            yield maker


@pytest.fixture
def database_url(databases_of_kind: databases.Maker, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a migrated database without rows, for this test alone; those of a town may be half there where it is built next."""
    url = databases_of_kind.migrated(for_town=not TOWNS.isdisjoint(request.fixturenames))
    yield url
    _close_opened()
    databases_of_kind.drop(url)


@pytest.fixture
def bare_database(databases_of_kind: databases.Maker) -> Iterator[Database]:
    """A database without tables."""
    url = databases_of_kind.bare()
    db = Database(url)
    yield db
    db.dispose()
    databases_of_kind.drop(url)


@pytest.fixture
def database(database_url: str) -> Database:
    """A migrated database without rows, for this test alone."""
    return Database(database_url)


class Clock:
    """A clock that stands still until the test moves it: time passes (`travel`), or the clock alone is set (`jump`)."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant
        self.passed = 0.0
        """Seconds on the monotonic clock, which knows nothing of jumps and never goes back."""

    def __call__(self) -> datetime:
        return self.instant

    def travel(self, to: datetime | timedelta) -> datetime:
        """Go to an aware instant, or on by a span (a negative one goes back); the new instant."""
        before = self.instant
        self.passed += max((self.jump(to) - before).total_seconds(), 0)
        return self.instant

    def jump(self, to: datetime | timedelta) -> datetime:
        """As `travel`, but no time passes: somebody, or something, sets the clock."""
        self.instant = self.instant + to if isinstance(to, timedelta) else to.astimezone(UTC)
        return self.instant


@pytest.fixture
def clock() -> Iterator[Clock]:
    """`times.now()` stands at 10:00 on Wednesday 10 June 2026 in Shanghai, a working day, until `clock.travel`."""
    standing = Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))
    with times.set_clock(standing), times.set_monotonic(lambda: standing.passed):
        yield standing


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for what RepairFlow keeps (REPAIRFLOW_HOME)."""
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(home: Path, database_url: str) -> Settings:
    """Checked settings of a node of its own: an empty home and a migrated database without rows."""
    return load({"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": database_url})


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One letter press a worker process: its child takes two seconds of processor time to start."""
    with Press() as one:
        yield one


@pytest.fixture(scope="session")
def kept_chromium() -> Iterator[browser.Kept]:
    with browser.Kept() as kept:
        yield kept


@pytest.fixture
def chromium(kept_chromium: browser.Kept) -> Iterator[Browser]:
    """One browser a worker process: it takes seconds to start. What a test opens in it is closed with the test."""
    with kept_chromium.lent() as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new visitor: Chinese, in Shanghai, without cookies."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()
