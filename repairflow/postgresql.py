"""The engine of PostgreSQL: connections that give up a server which keeps silent, that find the one which takes writes, and
that leave nothing behind in a pooler's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy import event as on
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from repairflow import primary
from repairflow.connections import STATEMENTS, Limits, ask_whether_there
from repairflow.prepared import say


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


def engine(url: str, limits: Limits) -> Engine:
    """Make the engine for an address of psycopg's."""
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
    made = create_engine(
        url, connect_args={"connect_timeout": limits.connect, **ours, **kept}, hide_parameters=True,
        pool_size=limits.pool, max_overflow=limits.beyond, pool_timeout=limits.connect, query_cache_size=STATEMENTS,
    )  # fmt: skip

    _, named = made.dialect.create_connect_args(made.url)
    vigil = _Vigil(lambda: psycopg.connect(**{**named, "connect_timeout": limits.connect}))
    primary.watch(made.dialect)
    if limits.pooled:
        told = "; ".join(f"SET LOCAL {name} = {seconds * 1000}" for name, seconds in options.items())

        @on.listens_for(made, "begin")
        def _begin(tx: Connection) -> None:
            say(tx, told)

    @on.listens_for(made, "do_connect")
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

    @on.listens_for(made, "checkin")
    def _left(_: object, kept: ConnectionPoolEntry) -> None:
        kept.info["left"] = monotonic()

    @on.listens_for(made, "checkout")
    def _taken(connection: DBAPIConnection, kept: ConnectionPoolEntry, _: object) -> None:
        try:
            ask_whether_there(made, connection, kept.info)
        except made.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool then opens a new one

    return made
