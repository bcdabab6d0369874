"""Triggers note of an update only what it changed.

Revision 0040, after 0039. The triggers are made anew after each migration (`records.row_triggers`). What they note is read
and taken away in the same transaction, so that PostgreSQL need not log it, and SQLite, where one transaction writes at a
time, has nothing to index: there no note names its transaction.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_row_touch_tx", table_name="row_touch")
        op.create_index("ix_row_touch_tx", "row_touch", ["tx"], sqlite_where=sa.text("tx IS NOT NULL"))
    else:
        op.execute("ALTER TABLE row_touch SET UNLOGGED")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_row_touch_tx", table_name="row_touch")
        op.create_index("ix_row_touch_tx", "row_touch", ["tx"])
    else:
        op.execute("ALTER TABLE row_touch SET LOGGED")
