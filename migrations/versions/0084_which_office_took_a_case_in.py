"""Which office took a case in at its window (收件窗口): it goes on with what the subject brings.

Revision 0084, after 0083.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("intake_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_cases_intake_id_office"), "office", ["intake_id"], ["id"])
    op.create_index("ix_cases_of_intake", "cases", ["intake_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cases_of_intake", table_name="cases")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cases_intake_id_office"), type_="foreignkey")
        batch_op.drop_column("intake_id")
