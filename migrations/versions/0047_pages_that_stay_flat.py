"""Indexes of what pages ask for: what is open, stuck, unserved, closed or filed lately, and fed back in a month.

Revision 0047, after 0046.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

INDEXES = (
    # name, table, columns, which rows
    ("ix_outbox_state", "outbox", ("state", "id"), None),
    ("ix_outbox_target", "outbox", ("target_id", "state", "ended_at"), None),
    ("ix_outbox_stuck", "outbox", ("topic",), "last_error IS NOT NULL AND next_at IS NOT NULL"),
    ("ix_cases_closed", "cases", ("closed_at", "id"), None),
    ("ix_cases_filed", "cases", ("filed_day",), None),
    ("ix_letter_issued", "letter", ("issued_at", "id"), None),
    ("ix_letter_office", "letter", ("office_id", "issued_at", "id"), None),
    ("ix_event_fed_back", "event", ("at",), "action = 'feed_back'"),
)


def upgrade() -> None:
    for name, table, columns, which in INDEXES:
        where = sa.text(which) if which else None
        op.create_index(name, table, list(columns), unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, *_ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
