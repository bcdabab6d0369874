"""Events are found by who did them without reading them all.

Revision 0073, after 0072.
"""

from __future__ import annotations

from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_actor_id", "event", ["actor_id"])
    op.create_index("ix_event_actor_name", "event", ["actor_name"])


def downgrade() -> None:
    op.drop_index("ix_event_actor_name", table_name="event")
    op.drop_index("ix_event_actor_id", table_name="event")
