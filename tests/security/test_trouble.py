"""A database that is down, locked, slow, full or read-only: what people, programs and monitors are told, and how soon."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from sqlalchemy import event as on
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import TestResponse

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.context import Services
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.errors import NotFound, Trouble
from repairflow.settings import Settings
from repairflow.trouble import BUSY, DOWN, FULL, READ_ONLY, SLOW, WroteWhileReading, trouble_of
from repairflow.vault import Vault
from tests.conftest import KIND, Clock
from tests.support import trouble
from tests.support.building import Town, law
from tests.support.calling import Caller, visit

SOON = 2.0
"""Seconds within which /health and /ready answer, whatever happens."""
QUICK = Limits(connect=2, lock=1, statement=2, answer=3)
PAGES = ("/", "/login", "/verify/unknown", "/guides", "/guides/repair", "/report")


NO_SPACE = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$
"""


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def db(town: Town) -> Iterator[Database]:
    """The town's database, waited for as by a site whose people are in a hurry."""
    quick = Database(town.settings.database_url, QUICK)
    yield quick
    quick.dispose()


def application(settings: Settings, db: Database) -> Flask:
    app = make_app(Program(settings, db, Services.of(law(), Vault(b"v" * 32), settings)))
    app.testing = True
    return app


@pytest.fixture
def app(town: Town, db: Database) -> Flask:
    return application(town.settings, db)


def timed(client: FlaskClient, path: str) -> tuple[TestResponse, float]:
    began = time.monotonic()
    return client.get(path), time.monotonic() - began


def told(answer: TestResponse, trouble: Trouble) -> None:
    """A page that says what to do and when to come again."""
    assert answer.status_code == trouble.status, answer.text
    assert int(answer.headers["Retry-After"]) == trouble.retry_after
    assert answer.mimetype in {"text/html", "application/problem+json"}
    if answer.mimetype == "application/problem+json":
        assert answer.json is not None
        said = (answer.json["code"], answer.json["status"], answer.json["detail"])
        assert said == (trouble.code, trouble.status, trouble.message)
    else:
        assert trouble.message in answer.text
        assert 'lang="zh-CN"' in answer.text
        assert "请求编号" in answer.text


def monitored(app: Flask) -> None:
    """/health and /ready say in JSON and in time that the database does not answer."""
    for path in ("/health", "/ready"):
        answer, seconds = timed(app.test_client(), path)
        assert answer.status_code == 503
        assert answer.json is not None
        assert (answer.json["ok"], answer.json["database"]) == (False, False)
        assert seconds < SOON, path


def step(caller: Caller, case: str) -> TestResponse:
    """A case that was just filed is accepted."""
    return caller.post(f"/cases/{case}/actions/accept", {"expected_version": 1})


def until(holds: Callable[[], bool]) -> None:
    """Return once it holds; it must within ten seconds."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end


def state(code: str) -> psycopg.Error:
    """The error psycopg raises for a SQLSTATE."""
    return psycopg.errors.lookup(code)("somebody's words")


def wrapped(orig: BaseException) -> OperationalError:
    return OperationalError("SELECT 1", None, orig)


def from_lite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("somebody's words")
    error.sqlite_errorcode = code  # as the driver sets it
    return error


def behind(cause: BaseException) -> RuntimeError:
    error = RuntimeError("raised from it")
    error.__cause__ = cause
    return error


def beside(context: BaseException) -> KeyError:
    error = KeyError("came after it")
    error.__context__ = context
    return error


@pytest.mark.parametrize(
    ("name", "error", "expected"),
    [
        ("locked", wrapped(from_lite(sqlite3.SQLITE_BUSY)), BUSY),
        ("locked, in detail", wrapped(from_lite(sqlite3.SQLITE_BUSY_SNAPSHOT)), BUSY),
        ("full", wrapped(from_lite(sqlite3.SQLITE_FULL)), FULL),
        ("file too large", wrapped(from_lite(sqlite3.SQLITE_IOERR_WRITE)), FULL),
        ("disk broken", wrapped(from_lite(sqlite3.SQLITE_IOERR_READ)), DOWN),
        ("gone", wrapped(from_lite(sqlite3.SQLITE_CANTOPEN)), DOWN),
        ("read-only", wrapped(from_lite(sqlite3.SQLITE_READONLY_DBMOVED)), READ_ONLY),
        ("unique", wrapped(from_lite(sqlite3.SQLITE_CONSTRAINT_UNIQUE)), None),
        ("no such table", wrapped(from_lite(sqlite3.SQLITE_ERROR)), None),
        ("lock timeout", wrapped(state("55P03")), BUSY),
        ("deadlock", wrapped(state("40P01")), BUSY),
        ("too many connections", wrapped(state("53300")), BUSY),
        ("statement timeout", wrapped(state("57014")), SLOW),
        ("shut down", wrapped(state("57P01")), DOWN),
        ("starting", wrapped(state("57P03")), DOWN),
        ("password", wrapped(state("28P01")), DOWN),
        ("standby", wrapped(state("25006")), READ_ONLY),
        ("disk full", wrapped(state("53100")), FULL),
        ("unique on postgresql", wrapped(state("23505")), None),
        ("no connection", wrapped(psycopg.OperationalError("somebody's words")), DOWN),
        ("pool", PoolTimeout(), BUSY),
        ("disk", OSError(errno.ENOSPC, "words"), FULL),
        ("quota", OSError(errno.EDQUOT, "words"), FULL),
        ("read-only disk", OSError(errno.EROFS, "words"), READ_ONLY),
        ("no permission", PermissionError(errno.EACCES, "words"), READ_ONLY),
        ("files", OSError(errno.EMFILE, "words"), BUSY),
        ("no such file", FileNotFoundError(errno.ENOENT, "words"), None),
        ("refused elsewhere", ConnectionRefusedError(errno.ECONNREFUSED, "words"), None),
        ("raised from it", behind(OSError(errno.ENOSPC, "words")), FULL),
        ("merely after it", beside(OSError(errno.ENOSPC, "words")), None),
        ("a bug", KeyError("words"), None),
        ("ours", NotFound(), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_an_error_means(name: str, error: Exception, expected: Trouble | None) -> None:
    assert trouble_of(error) is expected


def test_nobody_listens(settings: Settings, clock: Clock) -> None:
    with trouble.closed_port() as port:
        db = Database(f"postgresql+psycopg://rf:secret@127.0.0.1:{port}/rf", QUICK)
        app = application(settings, db)
        for path in PAGES:
            told(app.test_client().get(path), DOWN)
        told(app.test_client().get("/api/v1/records", headers={"Authorization": "Bearer x"}), DOWN)
        told(app.test_client().get("/", headers={"Cookie": "repairflow=x"}), DOWN)
        monitored(app)


def test_a_server_that_takes_the_call_and_says_nothing(settings: Settings, clock: Clock) -> None:
    with trouble.silent_server() as port:
        db = Database(f"postgresql+psycopg://rf:secret@127.0.0.1:{port}/rf", QUICK)
        app = application(settings, db)
        monitored(app)
        told(app.test_client().get("/guides"), DOWN)
        monitored(app)


def test_a_file_that_is_gone(settings: Settings, tmp_path: Path, clock: Clock) -> None:
    db = Database(f"sqlite:///{tmp_path / 'nowhere' / 'repairflow.db'}", QUICK)
    app = application(settings, db)
    for path in PAGES:
        told(app.test_client().get(path), DOWN)
    monitored(app)


@pytest.fixture
def gateway(database_url: str) -> Iterator[trouble.Gateway]:
    """A relay before the server of this run."""
    made = trouble.Gateway(database_url.partition("host=")[2])
    yield made
    made.close()


def through(gateway: trouble.Gateway, url: str) -> str:
    """The same database, by way of the relay."""
    return f"{url.partition('@')[0]}@127.0.0.1:{gateway.port}/{url.partition('@/')[2].partition('?')[0]}"


if KIND == "postgresql":

    def test_a_database_that_goes_silent_comes_back(town: Town, gateway: trouble.Gateway) -> None:
        db = Database(through(gateway, town.settings.database_url), QUICK)
        app = application(town.settings, db)
        caller = Caller(app, town, "acceptor@ENV")
        assert caller.get("/cases").status_code == 200
        assert app.test_client().get("/ready").status_code == 200
        gateway.freeze()
        monitored(app)
        told(caller.get("/cases"), DOWN)
        told(app.test_client().get("/login"), DOWN)
        monitored(app)
        gateway.thaw()
        gateway.cut()
        until(lambda: app.test_client().get("/ready").status_code == 200)
        assert caller.get("/cases").status_code == 200

    def test_a_server_that_falls_silent_in_a_transaction_is_given_up(town: Town, gateway: trouble.Gateway) -> None:
        db = Database(through(gateway, town.settings.database_url), QUICK)

        def ask() -> Trouble | None:
            try:
                with db.read() as tx:
                    tx.execute(text("SELECT 1"))
                    gateway.freeze()
                    tx.execute(text("SELECT 1"))
            except OperationalError as error:
                return trouble_of(error)
            return None

        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask)
            try:
                assert asked.result(timeout=8) is DOWN
            finally:
                gateway.thaw()

    def test_a_server_that_answers_nobody_is_given_up_long_before_its_statements_end(
        town: Town, gateway: trouble.Gateway
    ) -> None:
        long = Limits(connect=1, lock=30, statement=600, answer=600, silence=1)
        db = Database(through(gateway, town.settings.database_url), long)
        app = application(town.settings, db)
        callers = [Caller(app, town, "acceptor@ENV") for _ in range(4)]
        assert all(caller.get("/cases").status_code == 200 for caller in callers)
        gateway.freeze()
        with ThreadPoolExecutor(len(callers) + len(PAGES)) as threads:
            asked = [threads.submit(caller.get, "/cases") for caller in callers]
            asked += [threads.submit(app.test_client().get, path) for path in PAGES]
            try:
                answers = [one.result(timeout=20) for one in asked]
            finally:
                gateway.thaw()
        for answer in answers:
            told(answer, DOWN)
        gateway.cut()
        until(lambda: callers[0].get("/cases").status_code == 200)
        db.dispose()

    def test_a_slow_statement_of_a_server_that_lives_is_waited_for(town: Town) -> None:
        db = Database(town.settings.database_url, Limits(connect=1, lock=1, statement=30, answer=30, silence=1))
        with db.read() as tx:
            assert tx.execute(text("SELECT 'slow' FROM pg_sleep(2.5)")).scalar_one() == "slow"
        db.dispose()

    def test_a_statement_that_takes_too_long(town: Town, db: Database, app: Flask) -> None:
        with pytest.raises(OperationalError) as slow, db.read() as tx:
            tx.execute(text("SELECT pg_sleep(60)"))
        assert trouble_of(slow.value) is SLOW

    def test_the_server_has_no_space(town: Town, db: Database, app: Flask) -> None:
        case, caller = town.file_repair(), Caller(app, town, "acceptor@ENV")
        with town.db.engine.begin() as tx:
            tx.execute(text(NO_SPACE))
            tx.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON event EXECUTE FUNCTION full_disk()"))
        told(step(caller, case), FULL)
        assert caller.get(f"/cases/{case}").json["version"] == 1

    def test_a_table_that_somebody_holds_stops_its_pages_alone(town: Town, db: Database, app: Flask) -> None:
        caller = Caller(app, town, "yunxi")
        with trouble.locked(town.db, "record", "ACCESS EXCLUSIVE"):
            told(caller.get("/records"), BUSY)
            assert app.test_client().get("/login").status_code == 200
            answer, seconds = timed(app.test_client(), "/ready")
            assert (answer.status_code, seconds < SOON) == (200, True)

    def test_a_row_that_somebody_holds_stops_one_step(town: Town, db: Database, app: Flask) -> None:
        held, free = town.file_repair(), town.file_repair()
        caller = Caller(app, town, "acceptor@ENV")
        with psycopg.connect(trouble.plain(town.db)) as other:
            other.execute("SELECT id FROM cases WHERE number = %s FOR UPDATE", [held])
            told(step(caller, held), BUSY)
            assert step(caller, free).status_code == 200
            assert caller.get(f"/cases/{held}").status_code == 200
        assert step(caller, held).status_code == 200

else:

    def test_a_full_database_file(town: Town, db: Database, app: Flask) -> None:
        filed = [town.file_repair() for _ in range(8)]
        caller = Caller(app, town, "acceptor@ENV")
        with db.read() as tx:
            pages = tx.execute(text("PRAGMA page_count")).scalar_one()

        @on.listens_for(db.engine, "begin")
        def fill(tx: Connection) -> None:
            tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # SQLite finds its disk full beyond these

        answers = [step(caller, case) for case in filed]
        told(next(answer for answer in answers if answer.status_code != 200), FULL)
        stopped = filed[[answer.status_code for answer in answers].index(507)]
        assert caller.get(f"/cases/{stopped}").json["version"] == 1

    def test_a_read_only_database_is_read(town: Town, clock: Clock) -> None:
        town.file_repair()
        path = town.db.engine.url.database
        db = Database(f"sqlite:///file:{path}?mode=ro&uri=true", QUICK)
        app = application(town.settings, db)
        caller = Caller(app, town, "acceptor@ENV")
        case = caller.get("/cases").json["items"][0]["number"]
        told(step(caller, case), READ_ONLY)
        browser = visit(app, town, "acceptor@ENV")
        assert browser.get("/desk", follow_redirects=True).status_code == 200
        assert app.test_client().get("/ready").status_code == 200


def test_a_lock_that_nobody_gives_back_stops_writers_alone(town: Town, db: Database, app: Flask) -> None:
    case = town.file_repair()
    caller, browser = Caller(app, town, "acceptor@ENV"), visit(app, town, "acceptor@ENV")
    with trouble.locked(town.db, "event"):
        told(step(caller, case), BUSY)
        assert caller.get("/records").status_code == 200
        assert browser.get("/login").status_code in {200, 303}
        answer, seconds = timed(app.test_client(), "/ready")
        assert (answer.status_code, seconds < SOON) == (200, True)
    assert step(caller, case).status_code == 200


def test_many_who_wait_for_one_lock_leave_room_for_others(town: Town, database_url: str) -> None:
    """More writers than threads: half of the threads wait, the others answer."""
    slow = Database(database_url, Limits(lock=10, statement=30))
    settings = replace(town.settings, web_threads=8)
    app = application(settings, slow)
    callers = [Caller(app, town, "acceptor@ENV") for _ in range(8)]
    case, reader = town.file_repair(), Caller(app, town, "yunxi")
    with ThreadPoolExecutor(8) as threads:
        with trouble.locked(town.db, "event"):
            waiting = [threads.submit(step, caller, case) for caller in callers]
            done = next(as_completed(waiting, timeout=10)).result()
            assert done.json["code"] == "too_busy"
            assert done.headers["Retry-After"]
            answer, seconds = timed(app.test_client(), "/ready")
            assert (answer.status_code, seconds < SOON) == (200, True)
            began = time.monotonic()
            assert reader.get("/records").status_code == 200
            assert time.monotonic() - began < SOON
        statuses = sorted(one.result().status_code for one in waiting)
    assert statuses.count(503) == 6
    assert statuses.count(200) == 1
    slow.dispose()


def test_writing_while_reading_is_a_fault_of_the_program(database: Database) -> None:
    with pytest.raises(WroteWhileReading) as fault, database.read() as tx:
        tx.execute(text("DELETE FROM web_session"))
    assert trouble_of(fault.value) is None
