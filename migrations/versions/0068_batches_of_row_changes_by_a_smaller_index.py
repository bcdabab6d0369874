"""Lines of row changes stand in the index of their batch only once they have one: a step writes one index less.

Revision 0068, after 0067.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_row_change_batch", "row_change")
    bound = sa.text("batch IS NOT NULL")
    op.create_index("ix_row_change_batch", "row_change", ["batch", "id"], sqlite_where=bound, postgresql_where=bound)


def downgrade() -> None:
    op.drop_index("ix_row_change_batch", "row_change")
    op.create_index("ix_row_change_batch", "row_change", ["batch", "id"])
