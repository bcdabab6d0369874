"""The migrations build exactly the tables the code describes, on both databases, and can be taken back."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from repairflow import records
from repairflow.db import Database
from repairflow.records import schema


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, records.metadata) == []


def test_parts_are_ordered_by_code_points(database: Database) -> None:
    """A search asks from where to where a part lies; the language that a database was made for must not move that."""
    (part,) = [column for column in sa.inspect(database.engine).get_columns("search_part") if column["name"] == "part"]
    described = records.search_part.c.part.type.dialect_impl(database.engine.dialect)
    assert getattr(part["type"], "collation", None) == (None if database.is_sqlite else "C")
    assert getattr(described, "collation", None) == (None if database.is_sqlite else "C")


def test_every_check_constraint_arrives(database: Database) -> None:
    """Alembic's comparison does not look at these."""
    described = {
        (table.name, str(c.name))
        for table in records.metadata.tables.values()
        for c in table.constraints
        if isinstance(c, sa.CheckConstraint)
    }
    inspector = sa.inspect(database.engine)
    found = {
        (table, c["name"]) for table in inspector.get_table_names() for c in inspector.get_check_constraints(table)
    }
    assert found == described


def test_every_constraint_has_a_name() -> None:
    """One without a name cannot be dropped by a later migration on both databases."""
    assert [c for t in records.metadata.tables.values() for c in t.constraints if not c.name] == []


def test_pending_names_what_is_to_come(bare_database: Database) -> None:
    everything = schema.pending(bare_database)
    assert everything[-1] == schema.newest()
    assert everything[0] == "0001"
    schema.upgrade(bare_database, "0001")
    assert schema.pending(bare_database) == everything[1:]
    schema.upgrade(bare_database)
    assert schema.pending(bare_database) == ()


def test_upgrade_twice_changes_nothing(database: Database) -> None:
    schema.upgrade(database)
    assert schema.pending(database) == ()


def test_down_to_nothing_and_up_again(bare_database: Database) -> None:
    schema.upgrade(bare_database)
    schema.downgrade(bare_database)
    assert sa.inspect(bare_database.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(bare_database)
    assert set(sa.inspect(bare_database.engine).get_table_names()) == {*records.metadata.tables, "alembic_version"}


def test_foreign_keys_hold_after_a_migration(bare_database: Database) -> None:
    """The connection that migrated goes back to the pool with its foreign keys on."""
    schema.upgrade(bare_database)
    with pytest.raises(sa.exc.IntegrityError), bare_database.begin() as tx:
        tx.execute(sa.insert(records.import_row).values(run_id=4711, row=1, field="x", reason="x"))


def test_a_migration_that_leaves_orphans_is_taken_back(
    bare_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not bare_database.is_sqlite:
        return  # PostgreSQL checks each row as it changes
    schema.upgrade(bare_database)

    def orphan(config: object, _revision: str) -> None:
        tx = config.attributes["connection"]  # type: ignore[attr-defined]  # alembic's Config
        tx.execute(sa.insert(records.import_row).values(run_id=4711, row=1, field="x", reason="x"))

    monkeypatch.setattr(command, "upgrade", orphan)
    with pytest.raises(RuntimeError, match="refer to nothing"):
        schema.upgrade(bare_database)
    with bare_database.read() as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(records.import_row)) == 0


MIGRATE = """
import sys
from repairflow.db import Database
from repairflow.records import schema

db = Database(sys.argv[1])
sys.stdin.readline()
schema.upgrade(db)
"""


def test_nodes_that_start_together_migrate_one_after_the_other(bare_database: Database) -> None:
    url = bare_database.engine.url.render_as_string(hide_password=False)
    nodes = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, url], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for node in nodes:
        assert node.stdin
        node.stdin.write("now\n")
        node.stdin.flush()
    errors = [node.communicate()[1] for node in nodes]
    assert [node.returncode for node in nodes] == [0, 0, 0], errors
    assert schema.pending(bare_database) == ()
