"""The cause of an error of the database or the disk, in words for people: one place for all entry points.

Drivers and systems say it in numbers (SQLSTATE, SQLite's result codes, errno); their texts change with language and
version and are never read.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from repairflow.errors import RepairFlowError, Trouble

if TYPE_CHECKING:
    import psycopg

NOTHING_SAVED = "本次提交没有保存，不会留下不完整的内容。"
DOWN = Trouble(
    "database_down", f"系统暂时连接不上数据库。{NOTHING_SAVED}请稍后再试；持续如此请联系管理员检查数据库。", 30
)
BUSY = Trouble("database_busy", f"有其他操作正占用数据，等候超过了时限。{NOTHING_SAVED}请过几秒再试一次。", 5)
SLOW = Trouble("database_slow", f"数据库处理此请求超过了时限。{NOTHING_SAVED}请稍后再试，或者缩小查询范围。", 30)
READ_ONLY = Trouble(
    "read_only",
    f"系统目前只能查看，不能写入。{NOTHING_SAVED}请稍后再试；管理员请检查数据库和数据目录是否只读、有无权限。",
    60,
)
FULL = Trouble(
    "storage_full", f"服务器存储空间不足，无法保存。{NOTHING_SAVED}请联系管理员清理磁盘后重新提交。", 300, status=507
)


class WroteWhileReading(DBAPIError):
    """Something wrote in a transaction for reading: a fault of the program, not a database that is read-only."""


_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
    sqlite3.SQLITE_INTERRUPT: SLOW,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: DOWN,
    sqlite3.SQLITE_IOERR: DOWN,
    sqlite3.SQLITE_CORRUPT: DOWN,
    sqlite3.SQLITE_NOTADB: DOWN,
}
# A disk that takes no more may show as a failed write: a quota, or the largest file this account may make.
_SQLITE_WRITES = {
    sqlite3.SQLITE_IOERR_WRITE: FULL,
    sqlite3.SQLITE_IOERR_FSYNC: FULL,
    sqlite3.SQLITE_IOERR_TRUNCATE: FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: FULL,
}
_POSTGRESQL = {
    "40001": BUSY,  # serialization failure
    "40P01": BUSY,  # deadlock
    "55P03": BUSY,  # lock_timeout
    "57014": SLOW,  # statement_timeout
    "25P03": SLOW,  # idle_in_transaction_session_timeout
    "25006": READ_ONLY,
    "53100": FULL,
    "53200": BUSY,  # out of memory
    "53300": BUSY,  # too many connections
}
# Whole classes: connection, authorization, a database that is not there, resources, an operator's hand, the system.
_POSTGRESQL_CLASSES = {"08": DOWN, "28": DOWN, "3D": DOWN, "53": BUSY, "57": DOWN, "58": DOWN}
_DISK = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO), READ_ONLY),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), BUSY),
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Return which trouble an error means, or None when it is something else: a fault of the program or of what was sent.

    An error of ours says for itself what it means, whatever it was raised from.
    """
    for one in _behind(error):
        if isinstance(one, Trouble):
            return one
        if isinstance(one, RepairFlowError | WroteWhileReading):
            return None
        if (found := _known(one)) is not None:
            return found
    return None


def _known(error: BaseException) -> Trouble | None:
    if isinstance(error, PoolTimeout):
        return BUSY
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return None if code is None else _SQLITE_WRITES.get(code) or _SQLITE.get(code & 0xFF)
    if (refused := of_postgresql(error)) is not None:
        state = refused.sqlstate
        if state is not None:
            return _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
        return DOWN if _lost(refused) else None
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _known(error.orig) or DOWN if error.orig is not None else DOWN
    return _DISK.get(error.errno or 0) if isinstance(error, OSError) else None


def of_postgresql(error: BaseException) -> psycopg.Error | None:
    """Return an error of PostgreSQL's driver as such, None for any other; who never loaded the driver does not for this."""
    if "psycopg" not in sys.modules:
        return None
    import psycopg

    return error if isinstance(error, psycopg.Error) else None


def _lost(error: psycopg.Error) -> bool:
    import psycopg

    return isinstance(error, psycopg.OperationalError)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, and those it was raised from; not those it merely came after."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        orig = one.orig if isinstance(one, DBAPIError) else None
        waiting += [orig, one.__cause__]
