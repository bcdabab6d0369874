"""Examples told to everybody.

Revision 0058, after 0057.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "example",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("published_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('kept', 'broken', 'repaired')", name=op.f("ck_example_kind")),
        sa.CheckConstraint("state IN ('waiting', 'published', 'refused', 'withdrawn')", name=op.f("ck_example_state")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_example_office_id_office")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_example_proposed_by_person")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_example_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example")),
        sa.UniqueConstraint("number", name=op.f("uq_example_number")),
    )
    op.create_index("ix_example_state", "example", ["state", "id"])


def downgrade() -> None:
    op.drop_table("example")
