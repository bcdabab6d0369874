"""A prepared statement means what it means to SQLAlchemy: types, errors, the guard at the door."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Table, bindparam, delete, insert, select, text, update
from sqlalchemy import event as on
from sqlalchemy.exc import DBAPIError, IntegrityError

from repairflow.casework.cases.transition import perform
from repairflow.casework.command_ids import CommandId
from repairflow.casework.commands import Command
from repairflow.db import Database, Unwitnessed
from repairflow.prepared import Prepared, constant, inserting
from repairflow.records import cases, definition_used, metadata, outbox, preference
from repairflow.records.rows import CaseRow
from repairflow.times import now
from tests.support.building import Town
from tests.support.row_types import row_type


class _Key(NamedTuple):
    id: int


DEFINITION = {"kind": "pack", "name": "CN-2026", "version": "1", "digest": "sha256:1"}
_define = Prepared(inserting(definition_used, *DEFINITION))


@pytest.fixture
def lived_in(town: Town) -> Town:
    """A town with a case that had letters, pushes, deadlines, materials and notices."""
    number = town.file_repair(town.record(measured=True))
    town.steps(number, "accept", "report_verification", "propose_grant", "grant")
    return town


def test_rows_of_every_table_read_the_same(lived_in: Town) -> None:
    for table in metadata.sorted_tables:
        everything = select(table).order_by(*table.primary_key)
        with lived_in.db.read() as tx:
            ours, theirs = Prepared(everything, row_type(table)).run(tx).rows, tx.execute(everything).all()
        assert [row._asdict() for row in ours] == [row._asdict() for row in theirs], table.name
        assert [[type(value) for value in row] for row in ours] == [[type(value) for value in row] for row in theirs]


@pytest.mark.parametrize(
    ("table", "changes"),
    [(outbox, {"key": "other"}), (preference, {"topic": "repair"})],
    ids=["json and instants", "words"],
)
def test_rows_are_written_the_same(lived_in: Town, table: Table, changes: dict[str, str]) -> None:
    with lived_in.db.begin() as tx:
        person_id = lived_in.actor("yunxi").id
        tx.execute(insert(preference).values(person_id=person_id, topic="progress", channel="mail"))
        row = {k: v for k, v in tx.execute(select(table)).first()._asdict().items() if k != "id"} | changes
        key = Prepared(inserting(table, *row).returning(table.c.id), _Key).run(tx, **row).rows[0].id
        written = tx.execute(select(table).where(table.c.id == key)).one()._asdict()
    assert written == row | {"id": key}


def test_many_rows_are_written(database: Database, clock: Any) -> None:
    with database.begin() as tx:
        _define.write_all(tx, [DEFINITION | {"version": n} for n in "123"])
    with database.read() as tx:
        assert tx.execute(select(definition_used.c.version)).scalars().all() == ["1", "2", "3"]


def test_it_says_how_many_rows_it_wrote(lived_in: Town) -> None:
    one = Prepared(delete(outbox).where(outbox.c.key == bindparam("key")))
    with lived_in.db.begin() as tx:
        key = tx.execute(select(outbox.c.key)).scalars().first()
        assert one.run(tx, key=key) == ([], 1)
        assert one.run(tx, key=key) == ([], 0)


def test_no_row_has_no_first(database: Database) -> None:
    with database.read() as tx:
        assert Prepared(select(cases), CaseRow).run(tx).first is None


def test_a_guarded_table_stays_guarded(lived_in: Town) -> None:
    with pytest.raises(Unwitnessed, match="cases"), lived_in.db.begin() as tx:
        Prepared(update(cases).values(due_day=bindparam("day"))).run(tx, day=date(2030, 1, 1))


def test_a_read_transaction_lets_nothing_be_written(database: Database, clock: Any) -> None:
    with database.begin():
        pass  # the same connection, which wrote before
    with pytest.raises(DBAPIError), database.read() as tx:
        _define.run(tx, **DEFINITION)
    with database.begin() as tx:
        _define.run(tx, **DEFINITION)


@pytest.mark.parametrize("many", [False, True])
def test_errors_are_those_of_sqlalchemy(database: Database, clock: Any, many: bool) -> None:
    row = DEFINITION
    with database.begin() as tx:
        _define.run(tx, **row)
    with pytest.raises(IntegrityError) as error, database.begin() as tx:
        _define.write_all(tx, [row]) if many else _define.run(tx, **row)
    assert DEFINITION["digest"] not in str(error.value.statement), "values are not told"


@pytest.mark.parametrize("many", [False, True])
def test_who_listens_to_statements_hears_of_them(database: Database, clock: Any, many: bool) -> None:
    """Or tests of plans, and of how many statements a page asks, see nothing of the hot path."""
    heard: list[tuple[str, Any, bool]] = []

    def note(_tx: object, _cursor: object, statement: str, given: Any, _context: object, executemany: bool) -> None:
        heard.append((statement, given, executemany))

    with database.begin() as tx:
        on.listen(tx, "before_cursor_execute", note)
        _define.write_all(tx, [DEFINITION]) if many else _define.run(tx, **DEFINITION)
    ((statement, given, executemany),) = heard
    assert statement.startswith("INSERT INTO definition_used")
    assert executemany is many
    values = given[0] if many else given
    assert set(DEFINITION.values()) == set(values.values() if isinstance(values, dict) else values)


def test_a_missing_value_is_named(database: Database) -> None:
    with pytest.raises(KeyError, match="digest"), database.begin() as tx:
        _define.run(tx, **{name: value for name, value in DEFINITION.items() if name != "digest"})


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        (select(cases).where(cases.c.id.in_(bindparam("ids", expanding=True))), [CaseRow]),
        (insert(outbox).values(key=bindparam("key")), []),  # `attempts` has a default of the program's
    ],
    ids=["a list", "a default"],
)
def test_a_statement_of_no_one_text_is_refused(database: Database, statement: Any, row: list[Any]) -> None:
    with pytest.raises(ValueError, match="one text"), database.read() as tx:
        Prepared(statement, *row).run(tx, ids=[1], key="1")


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        (select(cases.c.id, cases.c.number), [_Key]),
        (select(cases.c.number), [_Key]),
        (select(cases.c.id), []),
        (inserting(outbox, "key"), [_Key]),
    ],
    ids=["too few fields", "another name", "no row type", "a row nothing gives"],
)
def test_a_row_type_that_is_not_the_statements_is_refused(statement: Any, row: list[Any]) -> None:
    with pytest.raises(TypeError, match="has the fields"):
        Prepared(statement, *row)


def test_asking_for_a_key_does_not_stick_to_another_statement(database: Database, clock: Any) -> None:
    """SQLAlchemy remembers what was asked of a statement, also in statements that are built on it."""
    plain = inserting(definition_used, *DEFINITION)
    without, told = Prepared(plain), Prepared(plain.returning(definition_used.c.id), _Key)
    with database.begin() as tx:
        assert without.run(tx, **DEFINITION).rows == []
        assert told.run(tx, **DEFINITION | {"version": "2"}).rows[0].id == 2


def test_a_lost_connection_is_not_used_again(database: Database) -> None:
    """A server that went away while nobody asked costs nobody an error. SQLite has no server to lose."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with database.begin() as tx:
        assert Prepared(select(cases.c.id), _Key).run(tx).rows == []
        mine = None if database.is_sqlite else tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with other.begin() as tx:
        if mine is not None:
            tx.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
    other.dispose()
    with database.begin() as tx:
        assert Prepared(select(cases.c.id), _Key).run(tx).rows == []


def test_a_step_like_the_one_before_plans_no_statement_anew(town: Town) -> None:
    """SQLite asks its authorizer whenever it plans. It would plan anew at each use a statement that compares a given value with
    a column of which an index holds only some values; PostgreSQL does not."""
    if not town.db.is_sqlite:
        return
    numbers = [town.file_repair() for _ in range(3)]
    for number in numbers:
        town.steps(number, "accept", "report_verification")
    reviewer = town.actor("reviewer@ENV")

    def step(number: str) -> None:
        command = Command(number, "propose_grant", reviewer, CommandId(f"ours/{number}"), 3, "四项条件均已核实。")
        with town.db.begin() as tx:
            perform(tx, town.services, command, now())

    planned: list[object] = []

    def watch(*what: object) -> int:
        if what[0] != sqlite3.SQLITE_TRANSACTION:  # the driver says COMMIT without keeping it
            planned.append(what)
        return sqlite3.SQLITE_OK

    with town.db.begin() as tx:  # the connection that the next writes use, too
        tx.connection.driver_connection.set_authorizer(watch)  # type: ignore[union-attr]  # an open connection has one
    for number in numbers[:2]:
        step(number)
    assert planned, "the first one plans all of them"
    planned.clear()
    step(numbers[2])
    assert planned == []


@pytest.mark.parametrize("word", ["", "it's", "served' OR 1=1 --"])
def test_only_a_word_of_ours_stands_in_a_statement(word: str) -> None:
    with pytest.raises(ValueError, match="word of ours"):
        constant(word)
