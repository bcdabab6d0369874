"""Administrative acts (行政许可等信息) are told to platforms: by a version, and as what the publicity of one ended.

Revision 0078, after 0077.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("act", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("act", sa.Column("withdrawn_as", sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_as")
        batch_op.drop_column("version")
