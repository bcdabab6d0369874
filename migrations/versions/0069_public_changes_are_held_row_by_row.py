"""The order in which the public reads changes is held row by row.

Revision 0069, after 0068. No table changes: with any migration, tables that are held from now on get their triggers, and
their rows a line to begin with (`records.schema`).
"""

from __future__ import annotations

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
