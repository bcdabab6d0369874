"""What a case waits for goes out first.

Revision 0070, after 0069.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    of_cases = sa.text("next_at IS NOT NULL AND case_id IS NOT NULL")
    op.create_index("ix_outbox_of_cases", "outbox", ["next_at"], sqlite_where=of_cases, postgresql_where=of_cases)


def downgrade() -> None:
    op.drop_index("ix_outbox_of_cases", "outbox")
