"""The triggers that note every touched row, made anew after each migration: they name the columns a table has now."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, TextClause, inspect, text

from repairflow import row_changes
from repairflow.row_changes import EXEMPT, UNHELD

PART = 500
_FUNCTION = """
CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, '{table}', NEW.id, NULL, {new});
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, '{table}', NEW.id, '', {changed});
    ELSE
        INSERT INTO row_touch (tx, tbl, row_id, was, now)
        VALUES (pg_current_xact_id()::text, '{table}', OLD.id, '', NULL);
    END IF;
    RETURN NULL;
END $$
"""
_COLUMNS = text(
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
    " WHERE attrelid = to_regclass(:table) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
)


def held(tx: Connection) -> list[str]:
    """Return the tables whose changes are kept row by row; none in a database older than the table `row_change`."""
    tables = set(inspect(tx).get_table_names())
    return sorted(tables - EXEMPT) if "row_change" in tables else []


def install(tx: Connection) -> None:
    """Ensure that every held table has its triggers, for the columns it has."""
    postgresql = tx.dialect.name == "postgresql"
    tables = held(tx)
    for table in tables:
        columns = held_columns(tx, table)
        if postgresql:
            _install_postgresql(tx, table, [name for name, _ in columns])
            continue
        pairs = [(f"OLD.{value}", f"NEW.{value}") for value in (f'"{name}"' for name, _ in columns)]
        changed = " || ".join(
            f"CASE WHEN {old} IS NOT {new} THEN ',\"{name}\":' || json_array({_value(old, kind)}, {_value(new, kind)}) "
            "ELSE '' END"
            for (name, kind), (old, new) in zip(columns, pairs, strict=True)
        )
        of = ", ".join(f'"{name}"' for name, _ in columns)
        for change, which, row, was, now in (
            ("INSERT", "", "NEW", "NULL", as_json(tx, table, "NEW")),
            ("UPDATE", f"OF {of}", "NEW", "''", changed),
            ("DELETE", "", "OLD", "''", "NULL"),
        ):
            name = f"{table}_noted_{change.lower()}"
            tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            noting = f"INSERT INTO row_touch (tbl, row_id, was, now) VALUES ('{table}', {row}.id, {was}, {now})"  # noqa: S608  # names of ours
            tx.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {change} {which} ON {table} BEGIN {noting}; END")
    if postgresql:
        tx.exec_driver_sql("DROP FUNCTION IF EXISTS note_row()")  # of before revision 0040


def _install_postgresql(tx: Connection, table: str, columns: list[str]) -> None:
    # Named one by one: to compare two rows as JSON costs several times what comparing their columns does.
    changed = ", ".join(
        f'CASE WHEN OLD."{name}" IS DISTINCT FROM NEW."{name}" '
        f'THEN \',"{name}":\' || jsonb_build_array(OLD."{name}", NEW."{name}")::text END'
        for name in columns
    )
    function = _FUNCTION.format(
        name=f"note_{table}", table=table, new="to_jsonb(NEW)::text", changed=f"concat({changed})"
    )
    of = ", ".join(f'"{name}"' for name in columns)
    for statement in (
        function,
        f'DROP TRIGGER IF EXISTS "{table}_noted" ON "{table}"',
        f'CREATE TRIGGER "{table}_noted" AFTER INSERT OR DELETE OR UPDATE OF {of} ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "note_{table}"()',
    ):
        tx.exec_driver_sql(statement)


def remove(tx: Connection) -> None:
    """Ensure that no table has them: for a migration that takes their table away."""
    for table in held(tx):
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_noted" ON "{table}"')
            tx.exec_driver_sql(f'DROP FUNCTION IF EXISTS "note_{table}"()')
        else:
            for change in ("insert", "update", "delete"):
                tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_noted_{change}")
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("DROP FUNCTION IF EXISTS note_row()")


def held_columns(tx: Connection, table: str) -> list[tuple[str, str]]:
    """Return the columns of a table that are held to be facts, with the kind of their values as the database names it."""
    unheld = UNHELD.get(table, frozenset())
    if tx.dialect.name == "postgresql":
        rows = tx.execute(_COLUMNS, {"table": table}).all()
        named = [(str(row[0]), str(row[1])) for row in rows]
    else:
        named = [(str(row[1]), str(row[2])) for row in tx.exec_driver_sql(f"PRAGMA table_info({table})")]
    return [(name, kind) for name, kind in named if name != "id" and name not in unheld]


def _value(value: str, kind: str) -> str:
    return f"hex({value})" if kind.upper() == "BLOB" else value


def as_json(tx: Connection, table: str, row: str, *, any_kind: bool = False) -> str:
    """Return SQL for the row as triggers note it. `any_kind`: whatever kind of value stands in a column."""
    if tx.dialect.name == "postgresql":
        return f"to_jsonb({row})::text"
    parts = []
    for name, kind in held_columns(tx, table):
        value = f'{row}."{name}"'
        if kind.upper() != "BLOB" and any_kind:
            value = f"CASE typeof({value}) WHEN 'blob' THEN hex({value}) ELSE {value} END"
        parts.append(f"'{name}', {_value(value, kind)}")
    return f"json_object({', '.join(parts)})"


def rows_of(tx: Connection, table: str) -> Iterator[tuple[int, str]]:
    """Yield each row of a table by its id: id, and the row as triggers would note it."""
    statement = _reading(tx, table, "ORDER BY t.id")
    for part in tx.execute(statement, execution_options={"yield_per": PART}).partitions():
        yield from ((row[0], row[1]) for row in part)


def row_of(tx: Connection, table: str, row_id: int) -> str | None:
    """Return one row as triggers would note it; None where there is none."""
    found = tx.execute(_reading(tx, table, "WHERE t.id = :row_id"), {"row_id": row_id}).first()
    return None if found is None else str(found[1])


def _reading(tx: Connection, table: str, which: str) -> TextClause:
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL timezone = 'UTC'")
    found = as_json(tx, table, "t", any_kind=True).replace(":", r"\:")
    return text(f'SELECT t.id, {found} FROM "{table}" t {which}')  # noqa: S608  # names of ours


def noted(tx: Connection) -> set[str]:
    """Return the tables that have lines or triggers already."""
    if not held(tx):
        return set()
    lines = set(tx.scalars(text("SELECT DISTINCT tbl FROM row_change")))
    if tx.dialect.name == "postgresql":
        triggers = tx.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        return lines | {name.removesuffix("_noted") for name in triggers if name.endswith("_noted")}
    triggers = tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return lines | {name.removesuffix("_noted_insert") for name in triggers if name.endswith("_noted_insert")}


def begin_with(tx: Connection, tables: Collection[str]) -> None:
    """Ensure that each row of these tables has a first line, which says how it was found: what came before cannot be proved."""
    for table in sorted(tables):
        pending = []
        for row_id, found in list(rows_of(tx, table)):
            pending.append(row_changes.base(table, row_id, found))
            if len(pending) == PART:
                row_changes.write(tx, pending)
                pending.clear()
        if pending:
            row_changes.write(tx, pending)
