"""Where a decision of an office may be contested: the review organs, the court, the channel online.

Revision 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = {"review_organs": 400, "court": 200, "review_channel": 300}


def upgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name, size in COLUMNS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=size), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
