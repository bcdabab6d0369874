"""Who sees to which case in an office, rules by which cases are given out, and absences.

Revision 0051, after 0050.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_assignment",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_assignment_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_assignment_person_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_case_assignment_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignment")),
        sa.UniqueConstraint("case_id", "role", name=op.f("uq_case_assignment_case_id_role")),
        sa.CheckConstraint(
            "way IN ('claimed', 'by_hand', 'turn', 'person', 'absence')", name=op.f("ck_case_assignment_way")
        ),
    )
    op.create_index("ix_case_assignment_person", "case_assignment", ["person_id", "case_id"])
    op.create_table(
        "assignment_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_assignment_rule_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_rule_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
        sa.UniqueConstraint("office_id", "role", "procedure", name=op.f("uq_assignment_rule_office_id_role_procedure")),
        sa.CheckConstraint("way IN ('turn', 'person')", name=op.f("ck_assignment_rule_way")),
    )
    op.create_table(
        "absence",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("handed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_absence_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_absence_days")),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_absence_another")),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"])


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("assignment_rule")
    op.drop_table("case_assignment")
