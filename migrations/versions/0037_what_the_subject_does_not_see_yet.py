"""What the subject does not see yet: cases whose drafts (待签发、待批准、待审核、待告知) nothing was served of.

Revision 0037, after 0036. Cases that stand in such a state now, or ended there, are marked.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INSIDE = {
    "rectification": ("drafted", "dropped"),
    "interview": ("proposed", "approved", "dropped", "raised"),
    "listing": ("proposed", "noticing", "returned"),
    "joint_measure": ("proposed", "requested", "declined", "dropped"),
    "check_result": ("proposed", "returned"),
    "revocation": ("investigating",),
}
CASES = sa.table("cases", sa.column("procedure"), sa.column("state"), sa.column("internal"))


def upgrade() -> None:
    op.add_column("cases", sa.Column("internal", sa.Boolean(), server_default=sa.false(), nullable=False))
    tx = op.get_bind()
    for procedure, states in INSIDE.items():
        there = sa.and_(CASES.c.procedure == procedure, CASES.c.state.in_(states))
        tx.execute(sa.update(CASES).where(there).values(internal=sa.true()))


def downgrade() -> None:
    op.drop_column("cases", "internal")
