"""The pairs of keys by which this installation signs what it sends to platforms.

Revision 0052, after 0051.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=43), nullable=False),
        sa.Column("public", sa.String(length=43), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_key")),
        sa.UniqueConstraint("code", name=op.f("uq_exchange_key_code")),
    )


def downgrade() -> None:
    op.drop_table("exchange_key")
