"""Offices belong to a field (领域) whose rules may differ from the general ones.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("domain", sa.String(length=40), nullable=False, server_default="general"))


def downgrade() -> None:
    op.drop_column("office", "domain")
