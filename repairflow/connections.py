"""What is common to the connections of both databases: how many there are, how long they wait, whether one still leads somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

MOST = 30
"""Connections at most: those beyond the pool for as long as they are needed, so that nobody waits for one because others wait for
a lock, or because all of a worker's duties begin at once."""
SPARE = 10
"""So many of them whatever the size of the pool."""
STATEMENTS = 3000
"""How many statements stay compiled. The pages ask more than a thousand different ones; what is thrown out is compiled anew,
which costs several times what its answer does (SQLAlchemy keeps 500)."""
IDLE_S = 5.0
"""A connection that lay unused for longer is asked whether its server is still there; to ask each time costs a round trip."""


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

    @property
    def beyond(self) -> int:
        """How many connections may be opened beyond the pool."""
        return max(MOST - self.pool, SPARE)


USUAL = Limits()


def ask_whether_there(engine: Engine, connection: DBAPIConnection, info: Mapping[str, Any]) -> None:
    """Raise the driver's error when the server of a connection that lay unused since `info["left"]` is gone."""
    left = info.get("left")
    if left is not None and (monotonic() - left > IDLE_S or _probably_closed(connection)):
        engine.dialect.do_ping(connection)


def _probably_closed(connection: DBAPIConnection) -> bool:
    """Tell whether an unused connection has something to read: then the server has most likely closed it."""
    with DefaultSelector() as selector:
        selector.register(connection.fileno(), EVENT_READ)
        return bool(selector.select(0))
