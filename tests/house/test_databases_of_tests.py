"""A database that one test filled comes to the next one as if it were new, and as quick."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from repairflow.db import Database
from repairflow.records import own_rule, row_change, schema
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support import databases
from tests.support.building import Town, counts

PAGES = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
PAGES_SQLITE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 60000)"


def size(db: Database) -> int:
    """Bytes which the rows of all tables take, with what was deleted and still lies there."""
    with db.engine.connect() as tx:
        return int(tx.execute(text(PAGES_SQLITE if db.is_sqlite else PAGES)).scalar_one())


def test_nothing_of_a_test_is_seen_by_the_next(
    databases_of_kind: databases.Maker, settings: Settings, clock: Clock
) -> None:
    url = databases_of_kind.migrated()
    first = Town(Database(url), settings).file_repair()  # whose connections nobody closes
    databases_of_kind.drop(url)
    url = databases_of_kind.migrated()
    db = Database(url)
    with db.read() as tx:
        assert {name for name, number in counts(tx).items() if number} == set()
    assert Town(db, settings).file_repair() == first, "numbers begin anew"
    db.dispose()
    databases_of_kind.drop(url)


SAME = "office_id, procedure, version, document, document_day, person_id, confirmed_at"
MEDDLING = {
    "nothing": (),
    "a rule changed": ("UPDATE own_rule SET note = 'x' WHERE id = 7",),
    "a rule gone": ("DELETE FROM row_change", "DELETE FROM own_rule WHERE id = 7"),
    "a rule more": (f"INSERT INTO own_rule (id, action, {SAME}) SELECT 99999, 'x', {SAME} FROM own_rule WHERE id = 7",),
    "a note bound": ("UPDATE row_change SET batch = 1 WHERE id = 3",),
}


@pytest.mark.parametrize("change", MEDDLING)
def test_a_town_is_as_it_was_first_built(
    databases_of_kind: databases.Maker, settings: Settings, clock: Clock, change: str
) -> None:
    """Whatever the test before did to the rows that may stay for the next town; one of another instant has its own."""

    def built() -> tuple[str, tuple[object, ...]]:
        url = databases_of_kind.migrated(for_town=True)
        db = Database(url)
        Town(db, settings)
        rows = [select(own_rule).order_by(own_rule.c.id), select(row_change).order_by(row_change.c.id)]
        with db.read() as tx:
            found = tuple(tuple(tx.execute(one)) for one in rows)
        db.dispose()
        return url, found

    url, first = built()
    for _ in range(2):
        db = Database(url)
        with db.engine.begin() as tx:
            if not db.is_sqlite:
                tx.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in MEDDLING[change] if not db.is_sqlite else ():  # its triggers let nobody at these rows
                assert tx.execute(text(statement)).rowcount > 0
        db.dispose()
        databases_of_kind.drop(url)
        url, again = built()
        assert again == first
    databases_of_kind.drop(url)
    clock.travel(timedelta(days=1))
    url, later = built()
    assert later != first
    assert [len(rows) for rows in later] == [len(rows) for rows in first]
    databases_of_kind.drop(url)
    plain = databases_of_kind.migrated()
    db = Database(plain)
    with db.read() as tx:
        assert {name for name, number in counts(tx).items() if number} == set()
    db.dispose()
    databases_of_kind.drop(plain)


def test_what_a_test_deleted_does_not_lie_in_the_way_of_the_next(databases_of_kind: databases.Maker) -> None:
    url = databases_of_kind.migrated()
    db = Database(url)
    before = size(db)
    with db.engine.begin() as tx:
        tx.execute(
            text(f"INSERT INTO heartbeat (name, at) {NUMBERS} SELECT n, '2026-06-10T02:00:00+00:00' FROM numbers")
        )
    assert size(db) > before + 2_000_000
    db.dispose()
    databases_of_kind.drop(url)
    db = Database(databases_of_kind.migrated())
    assert size(db) < before + 1_000_000
    db.dispose()
    databases_of_kind.drop(str(db.engine.url))


@pytest.mark.parametrize(
    "change", ["ALTER TABLE person ADD COLUMN shoe_size integer", "UPDATE alembic_version SET version_num = '9999'"]
)
def test_what_emptying_does_not_set_back_is_not_in_the_next(databases_of_kind: databases.Maker, change: str) -> None:
    """A shape, and a revision."""

    def stands(db: Database) -> tuple[set[str], str]:
        return {column["name"] for column in inspect(db.engine).get_columns("person")}, schema.revision_of(db)

    url = databases_of_kind.migrated()
    db = Database(url)
    before = stands(db)
    with db.engine.begin() as tx:
        tx.execute(text(change))
    assert stands(db) != before
    db.dispose()
    databases_of_kind.drop(url)
    db = Database(databases_of_kind.migrated())
    assert stands(db) == before
    db.dispose()
    databases_of_kind.drop(str(db.engine.url))


def test_a_connection_brings_nothing_of_the_test_before(databases_of_kind: databases.Maker) -> None:
    url = databases_of_kind.migrated()
    for _ in range(2):
        db = Database(url)
        with db.engine.begin() as tx:
            tx.execute(text("CREATE TEMPORARY TABLE left_over (n integer)"))  # which is not there the second time
            if not db.is_sqlite:
                assert tx.execute(text("SHOW lock_timeout")).scalar_one() == "30s"
                tx.execute(text("SET lock_timeout = '1ms'"))
        db.dispose()
    databases_of_kind.drop(url)
