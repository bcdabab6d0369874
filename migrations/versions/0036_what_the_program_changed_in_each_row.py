"""What the program changed in each row.

Revision 0036, after 0035. The triggers that note touched rows are made after each migration (`records.row_triggers`): they
name the columns a table has then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

RULES = (
    ("row_change_kept", "DELETE", None),
    ("row_change_fixed", "UPDATE OF id, tbl, row_id, kind, fields, at", None),
    ("row_change_batched", "UPDATE OF batch", "OLD.batch IS NOT NULL"),
    ("row_change_erased", "UPDATE OF salt", "NEW.salt <> ''"),
)


def upgrade() -> None:
    op.create_table(
        "row_touch",
        sa.Column("id", ID, nullable=False),
        sa.Column("tx", sa.String(length=30), nullable=True),
        sa.Column("tbl", sa.String(length=60), nullable=False),
        sa.Column("row_id", ID, nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("now", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_touch")),
    )
    op.create_index("ix_row_touch_tx", "row_touch", ["tx"])
    op.create_table(
        "row_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("tbl", sa.String(length=60), nullable=False),
        sa.Column("row_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_change")),
    )
    op.create_index("ix_row_change_row", "row_change", ["tbl", "row_id", "id"])
    waiting = sa.text("batch IS NULL")
    op.create_index("ix_row_change_waiting", "row_change", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_row_change_batch", "row_change", ["batch", "id"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change, condition in RULES:
        if sqlite:
            when = f" WHEN {condition}" if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON row_change{when} "
                "BEGIN SELECT RAISE(ABORT, 'row_change is kept as it is'); END"
            )
        else:
            when = f" WHEN ({condition})" if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON row_change FOR EACH ROW{when} "
                "EXECUTE FUNCTION keep_as_it_is()"
            )
    if not sqlite:
        op.execute(
            "CREATE TRIGGER row_change_kept_whole BEFORE TRUNCATE ON row_change "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
        )


def downgrade() -> None:
    op.drop_table("row_change")
    op.drop_table("row_touch")
