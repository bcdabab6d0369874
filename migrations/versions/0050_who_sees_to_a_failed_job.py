"""Who sees to a failed job, what was found out, and that nothing is left to do.

Revision 0050, after 0049.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minder_id", ID, nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", INSTANT, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_job_minder_id_person"), "person", ["minder_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_job_minder_id_person"), type_="foreignkey")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("note")
        batch_op.drop_column("minder_id")
