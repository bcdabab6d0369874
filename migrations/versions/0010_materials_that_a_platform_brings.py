"""Materials that a platform brings with a forwarded filing were uploaded by no person here.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("material") as batch:
        batch.alter_column("uploaded_by", existing_type=ID, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM material WHERE uploaded_by IS NULL")
    with op.batch_alter_table("material") as batch:
        batch.alter_column("uploaded_by", existing_type=ID, nullable=False)
