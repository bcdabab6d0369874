"""Lists published each year, in parts; who left a list and how many stand on it are found by indexes.

Revision 0064, after 0063.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_publication",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("list_kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'stopped', 'failed', 'done')", name=op.f("ck_list_publication_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_publication")),
        sa.UniqueConstraint("token", name=op.f("uq_list_publication_token")),
        sa.UniqueConstraint("list_kind", "day", name=op.f("uq_list_publication_list_kind_day")),
    )
    op.create_table(
        "list_publication_part",
        sa.Column("id", ID, nullable=False),
        sa.Column("publication_id", ID, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("next", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["list_publication.id"],
            name=op.f("fk_list_publication_part_publication_id_list_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_publication_part")),
        sa.UniqueConstraint("publication_id", "part", name=op.f("uq_list_publication_part_publication_id_part")),
    )
    left = sa.text("left_on IS NOT NULL")
    op.create_index("ix_list_entry_left", "list_entry", ["list_kind", "id"], sqlite_where=left, postgresql_where=left)
    stands = sa.text("left_on IS NULL AND principal_id IS NULL")
    op.create_index("ix_list_entry_stands", "list_entry", ["list_kind"], sqlite_where=stands, postgresql_where=stands)


def downgrade() -> None:
    op.drop_index("ix_list_entry_stands", "list_entry")
    op.drop_index("ix_list_entry_left", "list_entry")
    op.drop_table("list_publication_part")
    op.drop_table("list_publication")
