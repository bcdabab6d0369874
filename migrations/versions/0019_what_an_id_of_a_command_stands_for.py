"""A client's id of a command is taken for one request, with a keyed digest of what that request said.

Revision 0019, after 0018. Events keep the ids they have: those made before say nothing of a body and answer as they did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "command_claim",
        sa.Column("command_id", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_command_claim")),
    )


def downgrade() -> None:
    op.drop_table("command_claim")
