"""Since when a public act (行政许可等信息) bears the mark that it is disputed (异议标注).

Revision 0076, after 0075.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("act", sa.Column("disputed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_column("disputed_on")
