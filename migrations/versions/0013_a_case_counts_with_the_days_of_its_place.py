"""A case keeps the division code of the office that decides it: places have working days of their own.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("division_code", sa.String(6)))
    # Cases that are open today go on with the national calendar they were counted with.


def downgrade() -> None:
    op.drop_column("cases", "division_code")
