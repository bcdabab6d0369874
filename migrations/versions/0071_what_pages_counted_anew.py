"""What pages counted or sorted anew at each look has an index or a table of its own.

Revision 0071, after 0070. The triggers that keep `uninformed` are made after each migration (`records.uninformed_triggers`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


INDEXES = (
    ("ix_cases_commitment", "cases", ["id"], "procedure = 'commitment'"),
    ("ix_event_personal_erased", "event_personal", ["event_id"], "value IS NULL"),
    ("ix_notice_newest", "notice", ["person_id", "id"], None),
    (
        "ix_record_unregistered", "record", ["authority_id", "max_until", "id"],
        "duty_performed_on IS NULL AND kind = 'penalty' AND state NOT IN ('ceased', 'sealed')",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "kept_figure",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept_figure")),
    )
    op.create_table(
        "uninformed",
        sa.Column("record_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_uninformed")),
    )
    op.execute(
        "INSERT INTO uninformed (record_id) SELECT r.id FROM record r "
        "WHERE r.state IN ('published', 'disputed', 'masked', 'held', 'restored') AND NOT EXISTS ("
        "SELECT 1 FROM letter l WHERE l.record_id = r.id AND l.kind = 'repair_informed' AND l.state <> 'withdrawn')"
    )
    for name, table, columns, where in INDEXES:
        only = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("uninformed")
    op.drop_table("kept_figure")
