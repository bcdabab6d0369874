"""The triggers that keep `uninformed`: a record is there as long as it is public and has no 告知书 that stands.

They are made anew after each migration, which may have copied a table and lost them.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect

KIND = "repair_informed"
PUBLIC = ("published", "disputed", "masked", "held", "restored")
"""As `casework.documents.publication_notice` has them."""
STATES = ", ".join(f"'{state}'" for state in PUBLIC)
LETTER = f"EXISTS (SELECT 1 FROM letter l WHERE l.record_id = r.id AND l.kind = '{KIND}' AND l.state <> 'withdrawn')"  # noqa: S608  # names of ours
ASKED = f"SELECT r.id FROM record r WHERE r.state IN ({STATES}) AND NOT {LETTER}"  # noqa: S608  # names of ours
"""The records that belong into the table."""
FILLING = f"INSERT INTO uninformed (record_id) {ASKED}"
"""What fills the table from nothing."""
_OF = {"record": "NEW.id", "letter": "NEW.record_id"}
_CHANGES = {"insert": "INSERT", "update": "UPDATE OF state"}


def install(tx: Connection) -> None:
    """Ensure that the triggers are there; nothing in a database older than the table."""
    if "uninformed" not in inspect(tx).get_table_names():
        return
    remove(tx)
    for table, record_id in _OF.items():
        doing = (
            f"DELETE FROM uninformed WHERE record_id = {record_id}; "  # noqa: S608  # names of ours
            f"{FILLING} AND r.id = {record_id} ON CONFLICT DO NOTHING"
        )
        when = f" WHEN (NEW.kind = '{KIND}' AND NEW.record_id IS NOT NULL)" if table == "letter" else ""
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(
                f'CREATE OR REPLACE FUNCTION "informed_{table}"() RETURNS trigger LANGUAGE plpgsql AS $$ '
                f"BEGIN {doing}; RETURN NULL; END $$"
            )
            tx.exec_driver_sql(
                f'CREATE TRIGGER "{table}_informed" AFTER INSERT OR UPDATE OF state ON "{table}" '
                f'FOR EACH ROW{when} EXECUTE FUNCTION "informed_{table}"()'
            )
            continue
        for name, change in _CHANGES.items():
            tx.exec_driver_sql(
                f"CREATE TRIGGER {table}_informed_{name} AFTER {change} ON {table}{when} BEGIN {doing}; END"
            )


def remove(tx: Connection) -> None:
    """Ensure that no table has them."""
    for table in _OF:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_informed" ON "{table}"')
            tx.exec_driver_sql(f'DROP FUNCTION IF EXISTS "informed_{table}"()')
        else:
            for name in _CHANGES:
                tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_informed_{name}")
