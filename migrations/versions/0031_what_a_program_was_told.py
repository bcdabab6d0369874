"""What a program was told of its request, so that the same request again is told the same.

Revision 0031, after 0030.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("command_claim", sa.Column("answer", JSON))


def downgrade() -> None:
    op.drop_column("command_claim", "answer")
