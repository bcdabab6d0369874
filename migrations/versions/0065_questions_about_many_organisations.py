"""Questions about many organisations.

Revision 0065, after 0064.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inquiry_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'stopped', 'failed', 'done')", name=op.f("ck_inquiry_run_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_run_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_run")),
        sa.UniqueConstraint("token", name=op.f("uq_inquiry_run_token")),
    )
    with op.batch_alter_table("inquiry_run", schema=None) as batch_op:
        batch_op.create_index("ix_inquiry_run_ended", ["ended_at"], unique=False)
        batch_op.create_index("ix_inquiry_run_person", ["person_id", "started_at"], unique=False)

    op.create_table(
        "inquiry_part",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["inquiry_run.id"], name=op.f("fk_inquiry_part_run_id_inquiry_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_part")),
        sa.UniqueConstraint("run_id", "first", name=op.f("uq_inquiry_part_run_id_first")),
    )


def downgrade() -> None:
    op.drop_table("inquiry_part")
    with op.batch_alter_table("inquiry_run", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiry_run_person")
        batch_op.drop_index("ix_inquiry_run_ended")

    op.drop_table("inquiry_run")
