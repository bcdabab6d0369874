"""Files of SQLite, and connections to them, which one test is through with, as they were when they were new, for the next one.

A connection reads the definition of all tables and triggers and plans every statement anew: more than most tests ask of it.
What stands in the file is set back page by page, and it bears the same number of its definition as before, so that
connections go on with what they have read.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import event as on
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from repairflow.connections import USUAL

MOST = 4
"""How many connections are kept to one file; a test that opens more does so on purpose."""
STATEMENTS = 2_000
"""How many planned statements each of them keeps."""
IN_FORCE = "SELECT foreign_keys, recursive_triggers, (SELECT count(*) FROM sqlite_temp_schema)"
IN_FORCE += " FROM pragma_foreign_keys(), pragma_recursive_triggers()"
AS_PREPARED = (1, 1, 0)
"""What `IN_FORCE` says of a connection as the program prepares it."""


class Kept(sqlite3.Connection):
    """A connection which, closed at a test's end, waits for whoever opens the same file next."""

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        self.path = path
        self.again = False
        """Whether the program takes it for a new one and is about to prepare it."""
        self.plain = named.get("timeout") == USUAL.lock
        self._functions: set[tuple[Any, ...]] = set()
        with _counting:
            _open[path] += 1

    def close(self) -> None:
        if not (_keeping and self._made_new()):
            self.end()

    def end(self) -> None:
        """Close it indeed."""
        with _counting:
            _open[self.path] -= 1
        super().close()

    def _made_new(self) -> bool:
        idle = _idle.get(self.path, [])
        if not self.plain or self.path not in _files or len(idle) >= MOST:
            return False
        try:
            self.rollback()
            if super().execute(IN_FORCE).fetchone() != AS_PREPARED:
                return False
        except sqlite3.Error:
            return False
        self.again = True
        _idle.setdefault(self.path, []).append(self)
        return True

    # Each of the following would make the connection forget what it has planned, and says what it said before.

    def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
        if self.again and not given and statement.startswith("PRAGMA "):
            return self.cursor()
        return super().execute(statement, *given)

    def create_function(
        self, name: str, narg: int, func: Callable[..., Any] | None, *, deterministic: bool = False
    ) -> None:
        if (name, narg) not in self._functions:
            self._functions.add((name, narg))
            super().create_function(name, narg, func, deterministic=deterministic)

    def set_authorizer(self, callback: Any) -> None:
        self.plain = False
        super().set_authorizer(callback)


@dataclass
class _File:
    """A file of the tests' own: which one it is on disk, who sets it back, and how its content is told from any later one."""

    numbers: tuple[int, ...]
    keeper: sqlite3.Connection
    definition: int
    written: int
    rows: bool

    def as_made(self) -> bool:
        """Whether nobody has written into it since it was made or set back."""
        return _number(self.keeper, "data_version") == self.written

    def set_to(self, image: sqlite3.Connection, *, rows: bool) -> None:
        """Make its content that of another database of the same definition."""
        image.backup(self.keeper)
        self.keeper.execute(f"PRAGMA schema_version = {self.definition}").close()
        self.written = _number(self.keeper, "data_version")
        self.rows = rows


_files: dict[str, _File] = {}
_idle: dict[str, list[Kept]] = {}
_open: Counter[str] = Counter()
_counting = Lock()
_keeping = False


@contextmanager
def keeping() -> Iterator[None]:
    """Connections closed within the block are kept."""
    global _keeping
    _keeping = True
    try:
        yield
    finally:
        _keeping = False


def keep(engine: Engine) -> None:
    """Afterwards connections of this engine are kept, and none of them waits for a disk: nothing a test keeps outlives it.

    Programs a test starts as processes of their own, and may kill, wait for it.
    """

    @on.listens_for(engine, "do_connect")
    def _connect(dialect: object, entry: object, given: list[Any], named: dict[str, Any]) -> sqlite3.Connection:
        return _waiting(given, named) or sqlite3.connect(*given, factory=Kept, cached_statements=STATEMENTS, **named)

    @on.listens_for(engine, "connect")
    def _hurry(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA synchronous=OFF").close()
        if connection.again:
            connection.again = False
            entry.info["reading"] = bool(_number(connection, "query_only"))


def _waiting(given: list[Any], named: dict[str, Any]) -> Kept | None:
    """One that waits for whoever opens this file in this way."""
    path = str(given[0])
    idle = _idle.get(path)
    if not idle or named.get("timeout") != USUAL.lock or _files[path].numbers != _numbers(path):
        return None
    try:
        return idle.pop()
    except IndexError:  # another thread was quicker
        return None


def made(path: Path, template: sqlite3.Connection) -> None:
    """Remember a file that is a copy of the template."""
    keeper = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
    keeper.execute("PRAGMA synchronous=OFF").close()
    definition = _number(template, "schema_version")
    written = _number(keeper, "data_version")  # the log is there from the first look on
    _files[str(path)] = _File(_numbers(str(path)), keeper, definition, written, rows=False)


def as_made(path: str, *, rows: bool = True) -> bool:
    """Whether nobody has written into this file since it was made; without `rows`: and it has none."""
    file = _files.get(path)
    return file is not None and (rows or not file.rows) and file.numbers == _numbers(path) and file.as_made()


def fill(path: str, image: sqlite3.Connection) -> None:
    """Set a file that is `as_made` to the content of another database."""
    _files[path].set_to(image, rows=True)


def set_back(path: str, template: sqlite3.Connection) -> bool:
    """Make a file a copy of the template again; False where that cannot be, and nothing of it is kept."""
    file = _files.get(path)
    if file is None:
        return False
    try:
        same = file.numbers == _numbers(path) and _number(file.keeper, "schema_version") == file.definition
        if same and _open[path] == len(_idle.get(path, [])):  # nobody else has it open
            file.set_to(template, rows=False)
            return True
    except sqlite3.Error:
        pass
    forget(path)
    return False


def forget(path: str) -> None:
    """Close what is kept of a file."""
    for one in _idle.pop(path, []):
        one.end()
    _open.pop(path, None)
    file = _files.pop(path, None)
    if file is not None:
        file.keeper.close()


def _numbers(path: str) -> tuple[int, ...]:
    """The file, its log and the index of that: whoever reads the bytes of the first in this process takes the locks off all
    three, and another process that closes it then may clear the others away."""
    return tuple(_inode(Path(path + suffix)) for suffix in ("", "-wal", "-shm"))


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return 0


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (number,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(number)
