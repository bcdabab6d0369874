"""Looks of every night at pages of platforms that take no messages (企业信息平台): of which record, when, and whether it was shown.

Revision 0079, after 0078.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_look",
        sa.Column("id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=True),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("finding_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_page_look_target_id_target")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_page_look_record_id_record")),
        sa.ForeignKeyConstraint(["finding_id"], ["sync_finding.id"], name=op.f("fk_page_look_finding_id_sync_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_look")),
        sa.UniqueConstraint("target_id", "record_id", name=op.f("uq_page_look_target_id_record_id")),
    )
    op.create_index(op.f("ix_page_look_finding_id"), "page_look", ["finding_id"])


def downgrade() -> None:
    op.drop_table("page_look")
