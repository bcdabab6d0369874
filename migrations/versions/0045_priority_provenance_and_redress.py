"""Priority provenance and redress.

Revision 0045, after 0044.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "redress",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("public_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_redress_asked_by_person")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_redress_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redress")),
        sa.UniqueConstraint("record_id", name=op.f("uq_redress_record_id")),
        info={"guarded": True},
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.String(length=100), nullable=True))

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("provenance", sa.String(length=200), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("provenance", sa.String(length=200), server_default=sa.text("''"), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_column("provenance")

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_column("provenance")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("priority")

    op.drop_table("redress")
