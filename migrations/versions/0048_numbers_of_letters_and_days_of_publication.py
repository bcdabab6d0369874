"""Indexes that answer by themselves: numbers of letters looked for by a part, and when a record was first published.

Revision 0048, after 0047.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

PUBLISHED = sa.text("action = 'publish'")


def upgrade() -> None:
    op.create_index("ix_letter_numbers", "letter", ["number", "case_id", "record_id"], unique=False)
    op.create_index(
        "ix_event_published", "event", ["record_id", "at"], unique=False, sqlite_where=PUBLISHED,
        postgresql_where=PUBLISHED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_event_published", table_name="event")
    op.drop_index("ix_letter_numbers", table_name="letter")
