"""Findings of auditors about cases, with their answers.

Revision 0063, after 0062.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PEOPLE = ("raised_by", "answered_by", "closed_by")

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_by", ID, nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('assigned', 'answered', 'closed')", name=op.f("ck_audit_finding_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_audit_finding_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_audit_finding_office_id_office")),
        *(sa.ForeignKeyConstraint([who], ["person.id"], name=op.f(f"fk_audit_finding_{who}_person")) for who in PEOPLE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_finding_number")),
    )
    op.create_index(op.f("ix_audit_finding_case_id"), "audit_finding", ["case_id"])
    op.create_index("ix_audit_finding_office", "audit_finding", ["office_id", "state"])


def downgrade() -> None:
    op.drop_table("audit_finding")
