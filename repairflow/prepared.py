"""Statements of the hot path: compiled once for each kind of database, then handed straight to the driver.

A step of a case runs the same dozen statements every time, and composing, caching and wrapping them anew costs several
times what the database itself needs. A `Prepared` keeps what SQLAlchemy makes of a Core statement (its text, the order of
its values, how each value goes to the driver and comes back), so types mean the same as with `Connection.execute`; guarded
tables stay guarded, the driver's errors arrive as SQLAlchemy's, and who listens (`before_cursor_execute`) hears of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar, cast, overload

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Insert,
    Select,
    String,
    Table,
    bindparam,
    case,
    insert,
    literal_column,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Values = Mapping[str, object]
Convert = Callable[[Any], Any]
R = TypeVar("R", bound=NamedTuple)
_DECODER = json.JSONDecoder()
_OURS = re.compile("[a-z_:.]+")


class NoRow(NamedTuple):
    """The row of a statement that gives none."""


class Answer(NamedTuple, Generic[R]):
    """What a statement gave: its rows, and how many rows it wrote."""

    rows: list[R]
    written: int

    @property
    def first(self) -> R | None:
        """The first row, or None."""
        return self.rows[0] if self.rows else None


class Prepared(Generic[R]):
    """A statement whose values are given by name at each use: a select, an update, a delete, or an insert of one row.

    `row` is the type of the rows it gives; none for a statement that only writes. TypeError when its fields are not the
    statement's columns, in their order. ValueError at its first use when it has no one text (a list of unknown length) or
    the program would have to add a column's default.
    """

    @overload
    def __init__(self: Prepared[NoRow], statement: UpdateBase) -> None: ...
    @overload
    def __init__(self, statement: Select[Any] | UpdateBase, row: type[R]) -> None: ...
    def __init__(self, statement: Select[Any] | UpdateBase, row: type[NamedTuple] = NoRow) -> None:
        # A copy: a statement remembers what it was asked of itself, and so would others that are built on it.
        statement = statement.execution_options()
        names = tuple(str(column["name"]) for column in _columns(statement))
        if names != row._fields:
            raise TypeError(f"{row.__name__} has the fields {row._fields}, the statement gives {names}")
        self._row = cast(type[R], row)
        if isinstance(statement, Insert) and not statement.returning_column_descriptions:
            statement = statement.inline()  # a key nobody asked for is not fetched
        self._statement = statement
        self._writes = _Writes.of(statement) if isinstance(statement, UpdateBase) else None
        self._forms: dict[str, _Form[R]] = {}

    def run(self, tx: Connection, **values: object) -> Answer[R]:
        """Run it and read all it gives. KeyError for a value that is missing; DBAPIError as `Connection.execute` has it."""
        form = self.form(tx)
        given = form.given(values)
        _told(tx, form.text, given)
        try:
            return form.read(cursor(tx).execute(form.text, given))
        except tx.dialect.loaded_dbapi.Error as error:
            raise _translated(tx, form.text, error) from error

    def write_all(self, tx: Connection, rows: Iterable[Values]) -> None:
        """Run it once for each of the rows; it answers nothing. Raises as `ask`."""
        form = self.form(tx)
        given: list[Any] = [form.given(row) for row in rows]  # all of one form: by place or by name
        _told(tx, form.text, given, many=True)
        try:
            cursor(tx).executemany(form.text, given)
        except tx.dialect.loaded_dbapi.Error as error:
            raise _translated(tx, form.text, error) from error

    def form(self, tx: Connection) -> _Form[R]:
        """Return the statement as the database of `tx` takes it, about to be run there."""
        form = self._forms.get(tx.dialect.name)
        if form is None:
            form = self._forms[tx.dialect.name] = _Form(self._statement, tx.dialect, self._row)
        if self._writes is not None:
            self._writes.note(tx)
        return form


def inserting(table: Table, *columns: str) -> Insert:
    """Return the insert of one row with these columns, each given by its name."""
    return insert(table).values({name: bindparam(name) for name in columns})


def constant(word: str) -> ColumnElement[str]:
    """Return a word of ours that stands in the text of a statement. Where a column is compared with a value given at each use, and
    an index holds only the rows with some value of that column, SQLite plans the statement anew at each use."""
    if not _OURS.fullmatch(word):
        raise ValueError(f"not a word of ours: {word!r}")
    return literal_column(f"'{word}'", String)


def compared(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the same condition as one that no index answers: it is asked of the rows that the other conditions find. Where it
    is of several parts SQLite would go through all that each part finds, such as everything an office ever decided."""
    return case((condition, 1), else_=0) == 1


def say(tx: Connection, text: str) -> None:
    """Hand the driver a word that takes no values and answers nothing, such as BEGIN; DBAPIError as `execute`."""
    try:
        tx.connection.driver_connection.execute(text).close()  # type: ignore[union-attr]  # an open connection has one
    except tx.dialect.loaded_dbapi.Error as error:
        raise _translated(tx, text, error) from error


def witness(tx: Connection, statement: UpdateBase) -> None:
    """Remember for the transaction whether a writing statement changes guarded rows, or is the event that stands for them."""
    _Writes.of(statement).note(tx)


class _Writes(NamedTuple):
    """What a writing statement does: the guarded table it changes, or whether it is the event that stands for others, or
    brings work for a worker."""

    guarded: str | None
    witnesses: bool
    work: bool = False

    @classmethod
    def of(cls, statement: UpdateBase) -> _Writes:
        table = statement.table
        info = getattr(table, "info", {})
        if info.get("guarded"):
            return cls(str(table), witnesses=False)
        new = isinstance(statement, Insert)
        return cls(None, new and str(table) == "event", new and info.get("work", False))

    def note(self, tx: Connection) -> None:
        """Remember it for the transaction."""
        kept = tx.info
        kept["wrote"] = True
        if self.guarded is not None:
            kept.setdefault("touched", set()).add(self.guarded)
        elif self.witnesses:
            kept["witnessed"] = True
        elif self.work:
            kept["work"] = True


class _Form(Generic[R]):
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Select[Any] | UpdateBase, dialect: Dialect, row: type[R]) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        binds = compiled.binds
        if compiled.prefetch or any(one.expanding or one.literal_execute for one in binds.values()):
            raise ValueError(f"not one text with all its values given: {compiled}")
        self.writes = isinstance(statement, UpdateBase)
        self.text = str(compiled)
        names = compiled.positiontup or list(binds)
        self._in_order: Callable[[Values], Sequence[object]] = _picking(names)
        self._names = None if compiled.positiontup is not None else names  # of a driver that takes values by name
        self._fixed = {name: one.value for name, one in binds.items() if not one.required}
        self._into = {
            name: convert
            for name, one in binds.items()
            if (convert := one.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._dialect = dialect
        self._types = [column["type"].dialect_impl(dialect) for column in _columns(statement)]
        self._make: Callable[[Sequence[object]], R] = partial(
            tuple.__new__, row
        )  # as many values as fields, that is known
        self._out_of: list[tuple[int, Convert]] | None = None

    def _reading(self, kind: TypeEngine[Any], coltype: object) -> Convert | None:
        if isinstance(kind, JSON) and self._dialect.name == "sqlite":
            return _parsed  # what SQLAlchemy comes to through four functions
        return kind.result_processor(self._dialect, coltype)

    def given(self, values: Values) -> Sequence[object] | dict[str, object]:
        """Return the values as the driver takes them."""
        ready = {**self._fixed, **values}
        for name, convert in self._into.items():
            ready[name] = convert(ready[name])
        found = self._in_order(ready)
        return found if self._names is None else dict(zip(self._names, found, strict=True))

    def read(self, cursor: DBAPICursor) -> Answer[R]:
        """Return all that a cursor gives."""
        if not self._types:
            return Answer([], cursor.rowcount)
        found = cursor.fetchall()
        convert = self._out_of
        if convert is None:  # only an answer tells how the driver types its columns, and it is dear to ask
            convert = self._out_of = [
                (index, made)
                for index, (kind, column) in enumerate(zip(self._types, cursor.description or (), strict=True))
                if (made := self._reading(kind, column[1])) is not None
            ]
        make = self._make
        rows: list[R] = []
        for row in found:
            values = list(row)
            for index, out_of in convert:
                if values[index] is not None:  # what no type of ours makes anything of
                    values[index] = out_of(values[index])
            rows.append(make(values))
        return Answer(rows, cursor.rowcount if self.writes else 0)


def _parsed(value: object) -> object:
    """Return a JSON value as SQLite gives it: as text, a number alone as a number."""
    return _DECODER.decode(value) if isinstance(value, str) else value


def _columns(statement: Select[Any] | UpdateBase) -> Sequence[Mapping[str, Any]]:
    """Return what SQLAlchemy knows of the columns a statement gives: name and type."""
    found: Sequence[Mapping[str, Any]] = (
        statement.returning_column_descriptions if isinstance(statement, UpdateBase) else statement.column_descriptions
    )
    return found


def _picking(names: Sequence[str]) -> Callable[[Values], Sequence[object]]:
    """Return what takes these values out of a mapping, in this order; KeyError for one that is missing."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def cursor(tx: Connection) -> DBAPICursor:
    """Return the one cursor of a driver's connection, in a transaction of `tx`: an answer is read whole before the next question."""
    if not tx.in_transaction():
        tx.begin()  # as `execute` does; whoever opened `tx` ends it
    kept = tx.info  # lives as long as the driver's connection
    cursor: DBAPICursor | None = kept.get("cursor")
    if cursor is None:
        cursor = kept["cursor"] = tx.connection.cursor()
    return cursor


def _told(tx: Connection, text: str, given: object, *, many: bool = False) -> None:
    """Let who listens to the statements of SQLAlchemy hear of one of ours: tests of plans, and counts of what a page asks."""
    for listener in tx.dispatch.before_cursor_execute:
        listener(tx, cursor(tx), text, given, None, many)


def _translated(tx: Connection, text: str, error: Exception) -> BaseException:
    """Return a driver's error as SQLAlchemy tells it; a lost connection does not go back to the pool. Values are not told."""
    dialect = tx.dialect
    lost = dialect.is_disconnect(error, tx.connection, None)  # type: ignore[arg-type]  # any of the errors the driver has
    if lost:
        tx.invalidate(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
