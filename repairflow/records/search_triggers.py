"""The triggers that keep `search_part`: every two characters of a name, of its first letters and of a decision's number
that stand side by side, the last one alone; every four signs of a credit code; of a letter's number its year and count.

They are made anew after each migration, which may have copied a table and lost them.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, inspect

LENGTHS = {"name": 2, "initials": 2, "number": 2, "code": 4}
"""How many characters a part of each kind has."""


LONGEST = 20
"""Characters of the longest part."""


class Source(NamedTuple):
    """A text that is searched for: where it stands, and the column that names whose it is."""

    table: str
    column: str
    kind: str
    owner: str


SOURCES = (
    Source("subject", "plain_name", "name", "id"),
    Source("subject", "initials", "initials", "id"),
    Source("subject", "uscc", "code", "id"),
    Source("subject_name", "plain_name", "name", "subject_id"),
    Source("subject_name", "initials", "initials", "subject_id"),
    Source("record_spelling", "key", "number", "record_id"),
    Source("letter", "number", "letter", "id"),
)
_TABLES = tuple(dict.fromkeys(source.table for source in SOURCES))
# 0 to 319: no text here is longer. SQLite takes no WITH in a trigger, and each ten is left out that the text does not reach.
_TENS = " UNION ALL ".join(f"SELECT {n * 10} AS n" for n in range(32))
_ONES = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(10))


def install(tx: Connection) -> None:
    """Ensure that the triggers are there; nothing in a database older than the table."""
    if "search_part" not in inspect(tx).get_table_names():
        return
    remove(tx)
    postgresql = tx.dialect.name == "postgresql"
    for table in _TABLES:
        sources = [source for source in SOURCES if source.table == table]
        filling = "; ".join(_filling(source, postgresql=postgresql) for source in sources)
        of = ", ".join(f'"{source.column}"' for source in sources)
        if postgresql:
            tx.exec_driver_sql(
                f'CREATE OR REPLACE FUNCTION "search_{table}"() RETURNS trigger LANGUAGE plpgsql AS $$ '
                f"BEGIN {filling}; RETURN NULL; END $$"
            )
            tx.exec_driver_sql(
                f'CREATE TRIGGER "{table}_searched" AFTER INSERT OR UPDATE OF {of} ON "{table}" '
                f'FOR EACH ROW EXECUTE FUNCTION "search_{table}"()'
            )
            continue
        for change, which in (("INSERT", ""), ("UPDATE", f"OF {of}")):
            tx.exec_driver_sql(
                f"CREATE TRIGGER {table}_searched_{change.lower()} AFTER {change} {which} ON {table} BEGIN {filling}; END"
            )


def remove(tx: Connection) -> None:
    """Ensure that no table has them."""
    for table in _TABLES:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_searched" ON "{table}"')
            tx.exec_driver_sql(f'DROP FUNCTION IF EXISTS "search_{table}"()')
        else:
            for change in ("insert", "update"):
                tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_searched_{change}")


def fill(tx: Connection) -> int:
    """Ensure that every part is there that a text asks for; gives how many were missing."""
    missing = sum(number for source in SOURCES for _, number in missing_parts(tx, source))
    if missing:
        for source in SOURCES:
            tx.exec_driver_sql(_filling(source, postgresql=tx.dialect.name == "postgresql", whole=True))
    return missing


def missing_parts(tx: Connection, source: Source) -> list[tuple[int, int]]:
    """Return whose parts of this source are not all there, each with how many of its parts are missing."""
    asked = _parts(source, "t", postgresql=tx.dialect.name == "postgresql", whole=True)
    rows = tx.exec_driver_sql(
        f"SELECT of_id, count(*) FROM (SELECT DISTINCT kind, part, of_id FROM ({asked}) AS every_part) AS asked "  # noqa: S608  # names of ours
        "WHERE NOT EXISTS (SELECT 1 FROM search_part AS s WHERE s.kind = asked.kind AND s.part = asked.part "
        "AND s.of_id = asked.of_id) GROUP BY of_id ORDER BY of_id"
    )
    return [(row[0], row[1]) for row in rows]


def _filling(source: Source, *, postgresql: bool, whole: bool = False) -> str:
    """Return SQL that keeps the parts of one text: of the row that is written, or of all rows."""
    asked = _parts(source, "t" if whole else "NEW", postgresql=postgresql, whole=whole)
    if postgresql:
        return f"INSERT INTO search_part (kind, part, of_id) {asked} ON CONFLICT DO NOTHING"
    return f"INSERT OR IGNORE INTO search_part (kind, part, of_id) {asked}"


def _parts(source: Source, row: str, *, postgresql: bool, whole: bool) -> str:
    """Return SQL for the parts of one text of `row`: of every row of its table, or of the one a trigger has."""
    text, owner = f'{row}."{source.column}"', f"{row}.{source.owner}"
    tables = [f'"{source.table}" AS {row}'] if whole else []
    if source.kind == "letter":  # 溪环信收〔2026〕7号: what follows the mark, which people may leave out
        year = f"{'strpos' if postgresql else 'instr'}({text}, '〔')"
        part, conditions = f"substr({text}, {year}, {LONGEST})", [f"{year} > 0"]
    else:
        length = LENGTHS[source.kind]
        # the last character stands alone, so that one character suffices to find it; a part of a code has always four
        last = f"length({text})" if source.kind != "code" else f"length({text}) - {length - 1}"
        if postgresql:
            tables.append(f"generate_series(1, {last}) AS place(n)")
            part, conditions = f"substr({text}, place.n, {length})", []
        else:
            tables += [f"({_TENS}) AS ten", f"({_ONES}) AS one"]
            part = f"substr({text}, ten.n + one.n + 1, {length})"
            conditions = [f"ten.n < {last}", f"ten.n + one.n < {last}"]
    among = f" FROM {', '.join(tables)}" if tables else ""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT '{source.kind}' AS kind, {part} AS part, {owner} AS of_id{among}{where}"
