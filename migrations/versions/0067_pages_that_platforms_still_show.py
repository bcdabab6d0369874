"""Pages that platforms still show.

Revision 0067, after 0066.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_capture",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("captured_at", INSTANT, nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=200), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("named", JSON, nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("picture_digest", sa.String(length=80), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_page_capture_state")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_page_capture_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["sync_finding.id"], name=op.f("fk_page_capture_finding_id_sync_finding")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_capture")),
        sa.UniqueConstraint("token", name=op.f("uq_page_capture_token")),
    )
    with op.batch_alter_table("page_capture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_capture_finding_id"), ["finding_id"], unique=False)

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("page_url", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_column("page_url")

    with op.batch_alter_table("page_capture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_capture_finding_id"))

    op.drop_table("page_capture")
