"""The database: one engine, two kinds of transaction, and nothing else commits.

`begin()` is a write transaction (SQLite: BEGIN IMMEDIATE, so that two writers queue instead of failing);
`read()` cannot write. What a write transaction changed in which row is kept with it (`row_changes`). A commit that changed
a guarded table without an event in the same transaction is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from threading import Lock
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy import event as on
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import UpdateBase

from repairflow import direct, primary, row_changes
from repairflow.prepared import say, witness
from repairflow.trouble import READ_ONLY, WroteWhileReading, trouble_of

MOST = 30
"""Connections at most: those beyond the pool for as long as they are needed, so that nobody waits for one because others wait for
a lock, or because all of a worker's duties begin at once."""
SPARE = 10
"""So many of them whatever the size of the pool."""
RESTING = 2
"""How many connections stay out of the pool after a write, for the next one: to give one back and to take it again is a tenth
of what a step of a case costs."""
SQLITE_LOOK_S = 0.11
STATEMENTS = 3000
"""How many statements stay compiled. The pages ask more than a thousand different ones; what is thrown out is compiled anew,
which costs several times what its answer does (SQLAlchemy keeps 500)."""
IDLE_S = 5.0
"""A connection that lay unused for longer is asked whether its server is still there; to ask each time costs a round trip."""


class Unwitnessed(AssertionError):
    """Business rows changed and no event was written: a fault of the program, never of its user."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a database, in seconds; 0 is for ever. As they stand: for commands and the worker.

    `lock` is also SQLite's busy timeout. `answer` ends the wait for a server that keeps the connection and says nothing:
    its own timeouts do not run then. After `silence` a new connection is tried: a server that gives none within `connect`
    is given up at once, one that does is busy with what it was asked. `pooled`: between us and PostgreSQL stands a pooler
    that lends connections for a transaction at a time, so nothing may be left behind in one.
    """

    pool: int = 20
    connect: int = 5
    lock: int = 30
    statement: int = 0
    idle: int = 300
    answer: int = 600
    silence: int = 3
    pooled: bool = False


class Database:
    """An engine and its two kinds of transaction. `url` is a SQLAlchemy URL for SQLite or PostgreSQL (psycopg).

    `direct` is the same database past a pooler, where `limits.pooled`.
    """

    def __init__(self, url: str, limits: Limits = Limits(), direct: str = "") -> None:  # it cannot change
        self.limits = limits
        self.direct = direct or url
        self.work_came: Callable[[], object] | None = None
        """Called after each commit that brought work for a worker."""
        self.engine: Engine = _sqlite(url, limits) if url.startswith("sqlite") else _postgresql(url, limits)
        self._reader = self.engine.execution_options(read_only=True)
        self._resting: list[Connection] = []
        on.listen(self.engine, "before_execute", _watch)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give one write transaction: commits once when the block ends well, else rolls everything back.

        Raises `Unwitnessed` instead of committing when guarded rows changed and no event stands beside them.
        """
        tx = self._opened()
        try:
            tx.info.pop("touched", None)
            tx.info.pop("witnessed", None)
            tx.info.pop("work", None)
            with tx.begin():
                row_changes.mark(tx)
                yield tx
                touched = tx.info.get("touched")
                if touched and not tx.info.get("witnessed"):
                    raise Unwitnessed(f"changed without an event: {', '.join(sorted(touched))}")
                row_changes.keep(tx)
        except BaseException:
            tx.close()
            raise
        if self.work_came is not None and tx.info.get("work"):
            self.work_came()
        if len(self._resting) < RESTING:
            tx.info["left"] = monotonic()
            self._resting.append(tx)
        else:
            tx.close()

    def _opened(self) -> Connection:
        """Return a connection for writing: one that rests and whose server is still there, else one of the pool."""
        while self._resting:
            try:
                tx = self._resting.pop()
            except IndexError:  # another thread was quicker
                break
            driver = tx.connection.dbapi_connection
            try:
                if driver is not None and not self.is_sqlite:
                    _ask_whether_there(self.engine, driver, tx.info)
            except self.engine.dialect.loaded_dbapi.Error as error:
                tx.invalidate(error)
                tx.close()
            else:
                return tx
        return self.engine.connect()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one read transaction with a stable view; any write in it fails with WroteWhileReading."""
        with self._reader.connect() as tx:
            if not self.is_sqlite:
                tx.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            try:
                yield tx
            except DBAPIError as error:
                if trouble_of(error) is READ_ONLY:
                    raise WroteWhileReading(error.statement, None, error.orig) from error  # type: ignore[arg-type]  # it has one
                raise

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Give whether nobody else is within a block of this name on any node; on SQLite nobody can say, and it is yes."""
        if self.is_sqlite:
            yield True
            return
        with direct.alone(self.direct, name) as mine:
            yield mine

    def make_way(self) -> None:
        """For long work between two of its transactions: afterwards a writer that waited has had its chance.

        A waiting writer of SQLite looks every 100 ms at the longest; whoever begins again at once would always be first.
        """
        if self.is_sqlite:
            sleep(SQLITE_LOOK_S)

    def dispose(self) -> None:
        """Close all connections that nobody uses."""
        while self._resting:
            self._resting.pop().close()
        self.engine.dispose()


def _watch(tx: Connection, statement: object, *_: object) -> None:
    if isinstance(statement, UpdateBase):
        witness(tx, statement)


def _sqlite(url: str, limits: Limits) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": limits.lock}, hide_parameters=True,
        pool_size=limits.pool, max_overflow=max(MOST - limits.pool, SPARE), pool_timeout=limits.connect, query_cache_size=STATEMENTS,
    )  # fmt: skip

    @on.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None  # the driver would begin by itself, too late and without IMMEDIATE
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the append-only triggers
            "synchronous=FULL",
            f"busy_timeout={limits.lock * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @on.listens_for(engine, "begin")
    def _begin(tx: Connection) -> None:
        reading = tx.get_execution_options().get("read_only", False)
        if tx.info.get("reading", False) is not reading:  # a connection stays as it was used last
            say(tx, "PRAGMA query_only=1" if reading else "PRAGMA query_only=0")
            tx.info["reading"] = reading
        say(tx, "BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


class _Vigil:
    """Whether a server answers anybody, asked by those who wait for it: one of them tries, the others take what it found."""

    LASTS_S = 2.0

    def __init__(self, attempt: Callable[[], psycopg.Connection[Any]]) -> None:
        self._attempt, self._lock = attempt, Lock()
        self._silent, self._looked = False, float("-inf")

    def found_silent(self) -> bool:
        """Tell whether somebody found so within the last moments; tries nothing."""
        return self._silent and monotonic() - self._looked < self.LASTS_S

    def is_silent(self) -> bool:
        """Tell whether a new connection gets no answer in its time. One that is refused was answered."""
        with self._lock:
            if monotonic() - self._looked >= self.LASTS_S:
                self._silent = self._tried()
                self._looked = monotonic()
            return self._silent

    def _tried(self) -> bool:
        try:
            self._attempt().close()
        except psycopg.errors.ConnectionTimeout:
            return True
        except psycopg.Error:
            return False
        return False


class _Patient(psycopg.Connection[Any]):
    """A connection that gives its server up after `answer` seconds of silence, or earlier when it answers nobody."""

    limits = Limits(answer=0)
    vigil: _Vigil | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg's; OperationalError on a closed connection when the server said nothing for too long."""
        own = timeout is None and self.limits.answer > 0
        try:
            return super().wait(self._heard(gen) if own else gen, interval, self.limits.answer if own else timeout)
        except _WaitTimeout as error:
            if not own:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from error

    def _heard(self, gen: PQGen[RV]) -> PQGen[RV]:
        """Yield the same conversation, ended by _WaitTimeout as soon as the server is found to answer nobody."""
        silence = self.limits.silence or float("inf")
        try:
            wants = next(gen)
            heard = monotonic()
            while True:
                ready = yield wants
                if ready:
                    heard = monotonic()
                elif monotonic() - heard > silence:
                    if self.vigil is not None and self.vigil.is_silent():
                        raise _WaitTimeout("the server answers nobody")
                    heard = monotonic()
                wants = gen.send(ready)
        except StopIteration as done:
            found: RV = done.value
            return found


def _postgresql(url: str, limits: Limits) -> Engine:
    options = {
        "lock_timeout": limits.lock,
        "statement_timeout": limits.statement,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    own = make_url(url).query.get("options", "")
    words = [f"-c {name}={seconds * 1000}" for name, seconds in options.items()]
    kept = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
    # what a pooler's connection is told at its beginning, or prepares, another borrower would find
    ours = {"prepare_threshold": None} if limits.pooled else {"options": " ".join([*words, str(own)]).strip()}
    engine = create_engine(
        url, connect_args={"connect_timeout": limits.connect, **ours, **kept}, hide_parameters=True,
        pool_size=limits.pool, max_overflow=max(MOST - limits.pool, SPARE), pool_timeout=limits.connect, query_cache_size=STATEMENTS,
    )  # fmt: skip

    _, named = engine.dialect.create_connect_args(engine.url)
    vigil = _Vigil(lambda: psycopg.connect(**{**named, "connect_timeout": limits.connect}))
    primary.watch(engine.dialect)
    if limits.pooled:
        told = "; ".join(f"SET LOCAL {name} = {seconds * 1000}" for name, seconds in options.items())

        @on.listens_for(engine, "begin")
        def _begin(tx: Connection) -> None:
            say(tx, told)

    @on.listens_for(engine, "do_connect")
    def _connect(
        _dialect: object, _record: object, given: Sequence[str], named: Mapping[str, Any]
    ) -> psycopg.Connection[Any]:
        if vigil.found_silent():
            raise psycopg.errors.ConnectionTimeout("the server answers nobody")
        connection = (
            primary.through_pooler(_Patient.connect, named) if limits.pooled else _Patient.connect(*given, **named)
        )
        connection.limits, connection.vigil = limits, vigil
        return connection

    @on.listens_for(engine, "checkin")
    def _left(_: object, kept: ConnectionPoolEntry) -> None:
        kept.info["left"] = monotonic()

    @on.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, kept: ConnectionPoolEntry, _: object) -> None:
        try:
            _ask_whether_there(engine, connection, kept.info)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool then opens a new one

    return engine


def _ask_whether_there(engine: Engine, connection: DBAPIConnection, info: Mapping[str, Any]) -> None:
    """Raise the driver's error when the server of a connection that lay unused since `info["left"]` is gone."""
    left = info.get("left")
    if left is not None and (monotonic() - left > IDLE_S or _probably_closed(connection)):
        engine.dialect.do_ping(connection)


def _probably_closed(connection: DBAPIConnection) -> bool:
    """Tell whether an unused connection has something to read: then the server has most likely closed it."""
    with DefaultSelector() as selector:
        selector.register(connection.fileno(), EVENT_READ)
        return bool(selector.select(0))
