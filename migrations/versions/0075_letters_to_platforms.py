"""Letters that ask a platform to mend what it shows (更正函), with the day by which it is asked to answer and what it answered.

Revision 0075, after 0074.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sent_by", ID, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.CheckConstraint("answer IN ('corrected', 'refused', 'replaced')", name=op.f("ck_platform_letter_answer")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_platform_letter_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["sync_finding.id"], name=op.f("fk_platform_letter_finding_id_sync_finding")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_platform_letter_letter_id_letter")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_platform_letter_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_letter")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_platform_letter_letter_id")),
    )
    op.create_index(op.f("ix_platform_letter_finding_id"), "platform_letter", ["finding_id"])
    op.create_index(
        "ix_platform_letter_waits", "platform_letter", ["due_day"],
        sqlite_where=sa.text("answer IS NULL"), postgresql_where=sa.text("answer IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("platform_letter")
