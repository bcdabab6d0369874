"""What the class of a penalty follows from: simple procedure, and the lines of fines that an office stated.

Revision 0029, after 0028.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fine_threshold",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("minor_below_wan", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("serious_from_wan", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "minor_below_wan > 0 AND minor_below_wan < serious_from_wan", name=op.f("ck_fine_threshold_order")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_fine_threshold_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fine_threshold_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fine_threshold")),
    )
    with op.batch_alter_table("fine_threshold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fine_threshold_office_id"), ["office_id"], unique=False)

    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("simple_procedure", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("class_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("class_waits_for", sa.String(length=10), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_column("class_waits_for")
        batch_op.drop_column("class_by_hand")
        batch_op.drop_column("simple_procedure")

    with op.batch_alter_table("fine_threshold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fine_threshold_office_id"))

    op.drop_table("fine_threshold")
