"""Why published penalties were withdrawn.

Revision 0069, after 0068.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal_statement",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.CheckConstraint("change IN ('annulled', 'changed')", name=op.f("ck_withdrawal_statement_change")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_withdrawal_statement_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_withdrawal_statement_office_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_withdrawal_statement_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_statement")),
        info={"guarded": True},
    )
    with op.batch_alter_table("withdrawal_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_statement_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("withdrawal_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_statement_record_id"))

    op.drop_table("withdrawal_statement")
