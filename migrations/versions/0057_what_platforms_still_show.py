"""On which record a platform and we part, since when, and who asked the platform to mend it.

Revision 0057, after 0056.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("decided", sa.String(length=10), nullable=True),
        sa.Column("shown", sa.String(length=10), nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("chased_at", INSTANT, nullable=True),
        sa.Column("chased_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_sync_finding_target_id_target")),
        sa.ForeignKeyConstraint(["chased_by"], ["person.id"], name=op.f("fk_sync_finding_chased_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_finding")),
    )
    open_ = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_sync_finding_open", "sync_finding", ["target_id", "number"], unique=True, sqlite_where=open_, postgresql_where=open_
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("sync_finding")
