"""Columns that nobody read are gone: who decided and when something began stand in the events, from which people are told.

Revision 0030, after 0029. Going back, the columns are there again: the days are taken from what is known, who decided stays
empty, as the programs of then only wrote it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

Rule = tuple[str, str, str | None]

CONTENT = "id, letter_id, mode, recipient, served_at, effective_day, place, witness, note, material_id, person_id, recorded_at"
_ONCE = "OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL"
_SERVICE: tuple[Rule, ...] = (("service_kept", "DELETE", None), ("service_fixed", f"UPDATE OF {CONTENT}", None))
BEFORE: tuple[Rule, ...] = (
    *_SERVICE, ("service_taken_back", "UPDATE OF withdrawn_at, withdrawn_by, withdrawal_reason", _ONCE),
)  # fmt: skip
AFTER: tuple[Rule, ...] = (*_SERVICE, ("service_taken_back", "UPDATE OF withdrawn_at, withdrawal_reason", _ONCE))
DEFINITIONS: tuple[Rule, ...] = (("definition_used_kept", "DELETE", None), ("definition_used_fixed", "UPDATE", None))


def upgrade() -> None:
    op.drop_column("definition_used", "first_used_at")
    op.drop_column("interview_entry", "entered_at")
    _drop_rules("service", BEFORE)
    for table, column in (("service", "withdrawn_by"), ("reissue", "decided_by")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{column}_person"), type_="foreignkey")
            batch.drop_column(column)
    _make_rules("service", AFTER)


def downgrade() -> None:
    _drop_rules("service", AFTER)
    for table, column in (("service", "withdrawn_by"), ("reissue", "decided_by")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, ID))
            batch.create_foreign_key(op.f(f"fk_{table}_{column}_person"), "person", [column], ["id"])
    _make_rules("service", BEFORE)
    _drop_rules("definition_used", DEFINITIONS)
    _add("definition_used", "first_used_at", "coalesce((SELECT min(at) FROM event), CURRENT_TIMESTAMP)")
    _make_rules("definition_used", DEFINITIONS)
    _add(
        "interview_entry",
        "entered_at",
        "coalesce((SELECT min(at) FROM event WHERE event.case_id = interview_entry.case_id), CURRENT_TIMESTAMP)",
    )


def _add(table: str, column: str, value: str) -> None:
    op.add_column(table, sa.Column(column, INSTANT))
    op.execute(sa.text(f"UPDATE {table} SET {column} = {value}"))  # noqa: S608  names and values written above
    with op.batch_alter_table(table) as batch:
        batch.alter_column(column, existing_type=INSTANT, nullable=False)


def _make_rules(table: str, rules: tuple[Rule, ...]) -> None:
    for name, change, condition in rules:
        when = f" WHEN ({condition})" if condition else ""
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table}{when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION keep_as_it_is()"
            )


def _drop_rules(table: str, rules: tuple[Rule, ...]) -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
    for name, _, _ in rules:
        op.execute(f"DROP TRIGGER {name}{on}")
