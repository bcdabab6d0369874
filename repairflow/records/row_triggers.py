"""The triggers that note every touched row, made anew after each migration: they name the columns a table has now."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, TextClause, inspect, text

from repairflow import row_changes
from repairflow.row_changes import EXEMPT, UNHELD, Touch

PART = 500
_FUNCTION = """
CREATE OR REPLACE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, TG_TABLE_NAME, NEW.id, NULL, to_jsonb(NEW)::text);
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, TG_TABLE_NAME, NEW.id, to_jsonb(OLD)::text, to_jsonb(NEW)::text);
    ELSE
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, TG_TABLE_NAME, OLD.id, to_jsonb(OLD)::text, NULL);
    END IF;
    RETURN NULL;
END $$
"""


def held(tx: Connection) -> list[str]:
    """The tables of the database whose rows are facts; none before there is a place for their changes."""
    tables = set(inspect(tx).get_table_names())
    return sorted(tables - EXEMPT) if "row_change" in tables else []


def install(tx: Connection) -> None:
    """Afterwards every held table has its triggers, for the columns it has."""
    postgresql = tx.dialect.name == "postgresql"
    tables = held(tx)
    if postgresql and tables:
        tx.execute(text(_FUNCTION))
    for table in tables:
        if postgresql:
            tx.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_noted" ON "{table}"')
            tx.exec_driver_sql(
                f'CREATE TRIGGER "{table}_noted" AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION note_row()"
            )
            continue
        old, new = as_json(tx, table, "OLD"), as_json(tx, table, "NEW")
        for change, row, was, now in (
            ("INSERT", "NEW", "NULL", new),
            ("UPDATE", "NEW", old, new),
            ("DELETE", "OLD", old, "NULL"),
        ):
            name = f"{table}_noted_{change.lower()}"
            tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            noting = f"INSERT INTO row_touch (tbl, row_id, was, now) VALUES ('{table}', {row}.id, {was}, {now})"  # noqa: S608  # names of ours
            tx.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {change} ON {table} BEGIN {noting}; END")


def remove(tx: Connection) -> None:
    """Afterwards no table has them: for a migration that takes their table away."""
    for table in held(tx):
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_noted" ON "{table}"')
        else:
            for change in ("insert", "update", "delete"):
                tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_noted_{change}")
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("DROP FUNCTION IF EXISTS note_row()")


def as_json(tx: Connection, table: str, row: str, *, any_kind: bool = False) -> str:
    """SQL for the row as triggers note it. `any_kind`: whatever kind of value stands in a column."""
    if tx.dialect.name == "postgresql":
        return f"to_jsonb({row})::text"
    unheld = UNHELD.get(table, frozenset())
    parts = []
    for _, name, kind, *_ in tx.exec_driver_sql(f"PRAGMA table_info({table})"):
        if name == "id" or name in unheld:
            continue
        value = f'{row}."{name}"'
        if kind.upper() == "BLOB":
            value = f"hex({value})"
        elif any_kind:
            value = f"CASE typeof({value}) WHEN 'blob' THEN hex({value}) ELSE {value} END"
        parts.append(f"'{name}', {value}")
    return f"json_object({', '.join(parts)})"


def rows_of(tx: Connection, table: str) -> Iterator[tuple[int, str]]:
    """Each row of a table by its id: id, and the row as triggers would note it."""
    statement = _reading(tx, table, "ORDER BY t.id")
    for part in tx.execute(statement, execution_options={"yield_per": PART}).partitions():
        yield from ((row[0], row[1]) for row in part)


def row_of(tx: Connection, table: str, row_id: int) -> str | None:
    """One row as triggers would note it; None where there is none."""
    found = tx.execute(_reading(tx, table, "WHERE t.id = :row_id"), {"row_id": row_id}).first()
    return None if found is None else str(found[1])


def _reading(tx: Connection, table: str, which: str) -> TextClause:
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL timezone = 'UTC'")
    found = as_json(tx, table, "t", any_kind=True).replace(":", r"\:")
    return text(f'SELECT t.id, {found} FROM "{table}" t {which}')  # noqa: S608  # names of ours


def begin_with(tx: Connection) -> None:
    """Afterwards each row there is has a first line, which says how it was found: what came before cannot be proved."""
    for table in held(tx):
        pending = []
        for row_id, found in list(rows_of(tx, table)):
            made = row_changes.line(Touch(table, row_id, None, found), "base")
            if made is not None:
                pending.append(made)
            if len(pending) == PART:
                row_changes.write(tx, pending)
                pending.clear()
        if pending:
            row_changes.write(tx, pending)
