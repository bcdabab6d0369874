"""Brings a database to the form the tables here describe, by the numbered migrations, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table, text

from repairflow import row_changes, settings
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.records import row_triggers, search_triggers, uninformed_triggers

if TYPE_CHECKING:
    from alembic.config import Config

# Any number no other advisory lock uses: two nodes that start at once migrate one after the other.
MIGRATION_LOCK = 7_314_001
VERSIONS = "alembic_version"


def upgrade(db: Database, revision: str = "head") -> None:
    """Ensure that the database stands at `revision` (the newest); one transaction, and repeating it is harmless."""
    from alembic import command  # 10 MB; whoever finds the database as new as it is itself does without

    with _alone(db) as tx:
        held = bool(row_triggers.held(tx))
        noted = row_triggers.noted(tx)
        row_changes.mark(tx)
        command.upgrade(_config(tx), revision)
        if held:  # what a migration changes in rows is the program's doing
            tx.info["wrote"] = True
            row_changes.keep(tx)
        row_triggers.install(tx)
        search_triggers.install(tx)
        uninformed_triggers.install(tx)
        row_triggers.begin_with(tx, {table for table in row_triggers.held(tx) if table not in noted})


def downgrade(db: Database, revision: str = "base") -> None:
    """Ensure that the database stands at the older `revision`; what newer migrations brought is gone, with its rows."""
    from alembic import command

    with _alone(db) as tx:
        row_triggers.remove(tx)
        search_triggers.remove(tx)
        uninformed_triggers.remove(tx)
        command.downgrade(_config(tx), revision)
        row_triggers.install(tx)
        search_triggers.install(tx)
        uninformed_triggers.install(tx)
    db.dispose()  # open connections know tables that may be gone


def pending(db: Database) -> tuple[str, ...]:
    """Revisions this program has and the database lacks, oldest first; empty when it may start."""
    return tuple(step.revision for step in steps(db))


@dataclass(frozen=True, slots=True)
class Step:
    """One migration that is to come: its number, and what it is about."""

    revision: str
    title: str


def steps(db: Database) -> tuple[Step, ...]:
    """As `pending`, each with the first line of what its file says.

    Raises ConfigurationError when the database stands at a revision this program does not have: a newer one made it; and when
    it holds tables of another program.
    """
    with db.read() as tx:
        heads = _heads(tx)
        tables = inspect(tx).get_table_names() if heads != (newest(),) else []
    if heads == (newest(),):
        return ()
    _demand_ours(address(db), tables)
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := [head for head in heads if head not in known]:
        raise ConfigurationError(
            f"数据库的版本（{'、'.join(unknown)}）比本程序新，没有改动。请安装与数据库相同或者更新的程序版本。"
        )
    found = reversed([*scripts.iterate_revisions("head", heads or "base")])
    return tuple(Step(script.revision, script.doc.splitlines()[0]) for script in found)


def revision_of(db: Database) -> str:
    """Return where the database stands; empty where it has no tables yet."""
    with db.read() as tx:
        return "".join(_heads(tx))


def look_at_file(file: Path) -> None:
    """Raise ConfigurationError where an SQLite file holds tables of another program; it is not changed, as our way of opening it would."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as probe:
            tables = [name for (name,) in probe.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    except sqlite3.Error:  # what opens it next says what is wrong with it
        return
    _demand_ours(str(file), tables)


def _demand_ours(where: str, tables: Sequence[str]) -> None:
    if set(tables) <= {VERSIONS} or {VERSIONS, "record"} <= set(tables):
        return
    named = "、".join(sorted(tables)[:3]) + ("等" if len(tables) > 3 else "")
    raise ConfigurationError(
        f"数据库 {where} 中已有其他程序的表（{named}），没有改动。\n"
        "  请把 REPAIRFLOW_DATABASE_URL 改为本系统的数据库，或者一个空的数据库。"
    )


def address(db: Database) -> str:
    """Return where the database is, as people may see it: without password and options."""
    url = db.engine.url.set(query={})
    return str(url.database) if db.is_sqlite else url.render_as_string(hide_password=True)


def _heads(tx: Connection) -> tuple[str, ...]:
    if not inspect(tx).has_table(VERSIONS):
        return ()
    return tuple(tx.execute(select(column("version_num")).select_from(table(VERSIONS))).scalars())


def newest() -> str:
    """Return the newest migration's number: each file's name begins with its own."""
    return max(file.name.split("_")[0] for file in (settings.asset("migrations") / "versions").glob("[0-9]*.py"))


@contextmanager
def _alone(db: Database) -> Iterator[Connection]:
    with db.engine.connect() as tx:
        driver = tx.connection.driver_connection
        if driver is None:  # an open connection has one; the type cannot say so
            raise RuntimeError("the connection is closed")
        if not db.is_sqlite:
            with tx.begin():
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield tx
            return
        # SQLite alters a table by copying it and dropping the old one, which its foreign keys would take for a deletion
        # of every row; they can be switched only outside a transaction, and are all checked before the end instead.
        driver.execute("PRAGMA foreign_keys=OFF").close()
        try:
            with tx.begin():
                yield tx
                broken = tx.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON").close()


def _config(tx: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(settings.asset("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx
    return config
