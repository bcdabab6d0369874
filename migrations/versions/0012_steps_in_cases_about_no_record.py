"""A step may be prepared in a case that is about no record: a commitment, a listing, an interview.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("record_id", existing_type=ID, nullable=True)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM draft WHERE record_id IS NULL"))
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("record_id", existing_type=ID, nullable=False)
