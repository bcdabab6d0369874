"""Of which rank the document is that an office rests its own rules on, who issued it, and its number.

Revision 0055, after 0054.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

COLUMNS = (("rank", 20), ("issuer", 100), ("issuer_level", 20), ("document_number", 100))


def upgrade() -> None:
    with op.batch_alter_table("own_rule", schema=None) as batch_op:
        for name, length in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("own_rule", schema=None) as batch_op:
        for name, _ in reversed(COLUMNS):
            batch_op.drop_column(name)
