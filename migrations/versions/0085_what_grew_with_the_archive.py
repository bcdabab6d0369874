"""What went through the whole archive at each look has an index: predecessors of subjects and letters, events of no case, and
the few rows of means, jobs and records that wait for somebody.

Revision 0085, after 0084.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


INDEXES = (
    ("ix_subject_successor", "subject", ["successor_id"], "successor_id IS NOT NULL"),
    ("ix_letter_superseded", "letter", ["superseded_by"], "superseded_by IS NOT NULL"),
    ("ix_event_of_no_case", "event", ["id"], "coalesce(case_id, record_id) IS NULL"),
    ("ix_repair_means_waiting", "repair_means", ["id"], "state = 'waiting'"),
    ("ix_job_failed", "job", ["id"], "state = 'failed' AND settled_at IS NULL"),
    ("ix_record_held", "record", ["id"], "state = 'held'"),
    ("ix_record_not_repairable", "record", ["id"], "not_repairable IS NOT NULL"),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        only = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
