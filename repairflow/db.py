"""The database: one engine, two kinds of transaction, and nothing else commits.

`begin()` is a write transaction (SQLite: BEGIN IMMEDIATE, so that two writers queue instead of failing);
`read()` cannot write. What a write transaction changed in which row is kept with it (`row_changes`). A commit that changed
a guarded table without an event in the same transaction is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import event as on
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from repairflow import direct, row_changes
from repairflow.connections import STATEMENTS, USUAL, Limits, ask_whether_there
from repairflow.prepared import say, witness
from repairflow.read_once import stable_view
from repairflow.trouble import READ_ONLY, WroteWhileReading, trouble_of

RESTING = 2
"""How many connections stay out of the pool after a write, for the next one: to give one back and to take it again is a tenth
of what a step of a case costs."""
SQLITE_LOOK_S = 0.11


class Unwitnessed(AssertionError):
    """Business rows changed and no event was written: a fault of the program, never of its user."""


class Database:
    """An engine and its two kinds of transaction. `url` is a SQLAlchemy URL for SQLite or PostgreSQL (psycopg).

    `direct` is the same database past a pooler, where `limits.pooled`.
    """

    def __init__(self, url: str, limits: Limits = USUAL, direct: str = "") -> None:
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
                    ask_whether_there(self.engine, driver, tx.info)
            except self.engine.dialect.loaded_dbapi.Error as error:
                tx.invalidate(error)
                tx.close()
            else:
                return tx
        return self.engine.connect()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one read transaction with a stable view, in which `read_once` holds; any write in it fails with WroteWhileReading."""
        with self._reader.connect() as tx:
            if not self.is_sqlite:
                tx.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            try:
                with stable_view(tx):
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
        pool_size=limits.pool, max_overflow=limits.beyond, pool_timeout=limits.connect, query_cache_size=STATEMENTS,
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


def _postgresql(url: str, limits: Limits) -> Engine:
    from repairflow import postgresql  # its driver is 9 MB, and a node with SQLite has no use for it

    return postgresql.engine(url, limits)
