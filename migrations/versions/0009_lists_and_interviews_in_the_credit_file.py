"""Lists, the people answerable for a subject, interviews in the credit file, and cases their subject does not see.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("list_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("principal_id", ID, nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_how", sa.String(length=10), nullable=True),
        sa.Column("left_by", ID, nullable=True),
        sa.CheckConstraint("left_how IN ('removed', 'expired', 'annulled')", name=op.f("ck_list_entry_left_how")),
        sa.CheckConstraint("(left_on IS NULL) = (left_how IS NULL)", name=op.f("ck_list_entry_left_together")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_list_entry_subject_id_subject")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_list_entry_record_id_record")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_list_entry_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["list_entry.id"], name=op.f("fk_list_entry_principal_id_list_entry")
        ),
        sa.ForeignKeyConstraint(["left_by"], ["cases.id"], name=op.f("fk_list_entry_left_by_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entry")),
        sa.UniqueConstraint("record_id", name=op.f("uq_list_entry_record_id")),
        info={"guarded": True},
    )
    op.create_index("ix_list_entry_case_id", "list_entry", ["case_id"])
    op.create_index("ix_list_entry_principal_id", "list_entry", ["principal_id"])
    op.create_index("ix_list_entry_subject", "list_entry", ["subject_id", "list_kind"])
    op.create_table(
        "linked_person",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("capacity", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_linked_person_subject_id_subject")),
        sa.ForeignKeyConstraint(["person_id"], ["subject.id"], name=op.f("fk_linked_person_person_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_person")),
        sa.UniqueConstraint(
            "subject_id", "person_id", "capacity", name=op.f("uq_linked_person_subject_id_person_id_capacity")
        ),
        info={"guarded": True},
    )
    op.create_table(
        "interview_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('reminder', 'warning')", name=op.f("ck_interview_entry_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_interview_entry_case_id_cases")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_interview_entry_subject_id_subject")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_interview_entry_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_entry")),
        sa.UniqueConstraint("case_id", name=op.f("uq_interview_entry_case_id")),
        info={"guarded": True},
    )
    op.create_index("ix_interview_entry_subject_id", "interview_entry", ["subject_id"])
    op.add_column("cases", sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("cases", "confidential")
    op.drop_table("interview_entry")
    op.drop_table("linked_person")
    op.drop_table("list_entry")
