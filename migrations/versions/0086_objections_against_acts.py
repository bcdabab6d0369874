"""A case may be about an administrative act (行政许可等信息), and an act keeps the note that an objection could not be verified.

Revision 0086, after 0085.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("act_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_cases_act_id_act"), "act", ["act_id"], ["id"])
    only = sa.text("act_id IS NOT NULL")
    op.create_index("ix_cases_of_act", "cases", ["act_id", "id"], sqlite_where=only, postgresql_where=only)
    op.add_column("act", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_column("note")
    op.drop_index("ix_cases_of_act", table_name="cases")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cases_act_id_act"), type_="foreignkey")
        batch_op.drop_column("act_id")
