"""Finding the server that takes writes, of several behind one address.

The driver does so by itself, by what a server tells of itself at the beginning (`target_session_attrs`). A pooler tells
what its first server once told, so there the server is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection

C = TypeVar("C", bound=psycopg.Connection[Any])
READ_ONLY_STATE = "25006"
GONE = (DBAPIError, PoolTimeout)
"""How it shows that a server does not answer, or that nobody here may ask it now."""
_AS_OF = text("SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_xact_replay_timestamp(), 'epoch') END")


def through_pooler(connect: Callable[..., C], named: Mapping[str, Any]) -> C:
    """Return a connection to the first of the named hosts that is no standby. OperationalError when there is none."""
    hosts = str(named.get("host", "")).split(",")
    ports = str(named.get("port", "")).split(",")
    rest = {name: value for name, value in named.items() if name not in ("host", "port", "target_session_attrs")}
    wanted = named.get("target_session_attrs", "any")
    failed: psycopg.OperationalError | None = None
    for place, host in enumerate(hosts):
        port = ports[place] if len(ports) == len(hosts) else ports[0]
        where = {**({"host": host} if host else {}), **({"port": port} if port else {})}
        try:
            connection = connect(**rest, **where)
            if wanted == "any" or not _is_standby(connection):
                return connection
            connection.close()
            failed = psycopg.OperationalError("every server is a standby")
        except psycopg.OperationalError as error:
            failed = error
    assert failed is not None  # at least one host was tried
    raise failed


def _is_standby(connection: psycopg.Connection[Any]) -> bool:
    try:
        with connection.transaction():
            found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.Error:
        connection.close()
        raise
    return bool(found and found[0])


def followed_until(tx: Connection) -> datetime | None:
    """Return when the last change was committed that a standby has; None for a server that is none."""
    until: datetime | None = tx.execute(_AS_OF).scalar_one()
    return until


def watch(dialect: Dialect) -> None:
    """Ensure that a connection whose server refuses to write counts as lost, as one to a server that is gone: it became a
    standby, and another took its place."""
    known = dialect.is_disconnect

    def lost(
        e: DBAPIModule.Error, connection: PoolProxiedConnection | DBAPIConnection | None, cursor: DBAPICursor | None
    ) -> bool:
        refused = getattr(e, "sqlstate", None) == READ_ONLY_STATE and not getattr(connection, "read_only", None)
        return known(e, connection, cursor) or refused

    dialect.is_disconnect = lost  # type: ignore[method-assign]  # the one place that engine and prepared.py ask
