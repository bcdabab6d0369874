"""Seals an office keeps beside its 单位公章, and what it says of the day its decisions take effect.

Revision 0026, after 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = {"repair_seal": (30, "'信用修复专用章'"), "objection_seal": (30, "''"), "service_note": (60, "''")}


def upgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name, (size, default) in COLUMNS.items():
            column = sa.Column(name, sa.String(length=size), nullable=False, server_default=sa.text(default))
            batch_op.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
