"""PostgreSQL stopped as by `kill -STOP`: every page says so in time, and all goes on by itself when the server does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.errors import Trouble
from repairflow.settings import Settings
from repairflow.trouble import DOWN, trouble_of
from repairflow.worker.heartbeat import beat
from tests.conftest import KIND, Clock
from tests.security.test_trouble import application, monitored, step, timed, told, until
from tests.support.building import Town
from tests.support.calling import Caller, visit
from tests.support.frozen import frozen

LIMITS = Limits(connect=1, lock=5, statement=600, answer=600, silence=1)
IN_TIME = 8.0
"""Seconds: silence and one attempt to connect under LIMITS take two, the rest is for a busy machine."""
OPEN = ("/", "/login", "/guides", "/guides/repair", "/verify/unknown", "/report")
DESK = ("/desk/", "/desk/cases", "/desk/imports", "/desk/letters")


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def db(town: Town) -> Iterator[Database]:
    hasty = Database(town.settings.database_url, LIMITS)
    yield hasty
    hasty.dispose()


@pytest.fixture
def app(town: Town, db: Database) -> Flask:
    return application(town.settings, db)


if KIND == "postgresql":

    def test_every_page_says_so_in_time_and_all_is_well_afterwards(town: Town, app: Flask) -> None:
        case, caller = town.file_repair(), Caller(app, town, "acceptor@ENV")
        browsers = {path: visit(app, town, "acceptor@ENV") for path in DESK}
        for path, browser in browsers.items():  # connections lie in the pool, as on a site at work
            assert browser.get(path).status_code == 200, path
        with ThreadPoolExecutor(len(OPEN) + len(DESK) + 1) as threads, frozen(town.settings.database_url):
            asked = [threads.submit(timed, app.test_client(), path) for path in OPEN]
            asked += [threads.submit(timed, browser, path) for path, browser in browsers.items()]
            posted = threads.submit(step, caller, case)
            monitored(app)
            for one in asked:
                answer, seconds = one.result(timeout=IN_TIME)
                told(answer, DOWN)
                assert seconds < IN_TIME, answer.request.path
            told(posted.result(timeout=IN_TIME), DOWN)
        until(lambda: app.test_client().get("/ready").status_code == 200)
        until(lambda: browsers["/desk/"].get("/desk/").status_code == 200)
        assert step(caller, case).status_code == 200

    def test_a_stopped_postmaster_is_no_reason_to_give_up_a_connection_that_answers(town: Town, app: Flask) -> None:
        browser = visit(app, town, "acceptor@ENV")
        assert browser.get("/desk/cases").status_code == 200
        with frozen(town.settings.database_url, backends=False):
            assert browser.get("/desk/cases").status_code == 200

    def test_the_worker_fails_in_time_and_goes_on_with_the_server(town: Town, db: Database) -> None:
        tick = beat(db, "node")
        tick()
        with capture_logs() as said, ThreadPoolExecutor(1) as threads, frozen(town.settings.database_url):
            threads.submit(tick).result(timeout=IN_TIME)
        assert [line["event"] for line in said] == ["tick failed"]

        def goes_on() -> bool:
            with capture_logs() as later:
                tick()
            return not later

        until(goes_on)

    def test_a_statement_that_was_running_is_given_up_with_its_server(town: Town, db: Database) -> None:
        runs = Event()

        def ask() -> Trouble | None:
            try:
                with db.read() as tx:
                    tx.execute(text("SELECT 1"))
                    runs.set()
                    tx.execute(text("SELECT pg_sleep(60)"))
            except OperationalError as error:
                return trouble_of(error)
            return None

        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask)
            assert runs.wait(10)
            with frozen(town.settings.database_url):
                assert asked.result(timeout=IN_TIME) is DOWN
