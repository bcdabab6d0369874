"""What came of a hearing (听证): held or missed, who attended, what was said, its result.

Revision 0083, after 0082.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("came", sa.String(length=10), nullable=True))
    op.add_column("meeting", sa.Column("came_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("attended", sa.String(length=500), nullable=True))
    op.add_column("meeting", sa.Column("said", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("outcome", sa.String(length=2000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        for name in ("outcome", "said", "attended", "came_at", "came"):
            batch_op.drop_column(name)
