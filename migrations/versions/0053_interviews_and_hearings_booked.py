"""Interviews and hearings as offices book them, and the rooms they are held in.

Revision 0053, after 0052.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_room",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_meeting_room_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_room")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_meeting_room_office_id_name")),
    )
    people = [
        sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_meeting_{name}_person"))
        for name in ("first_id", "second_id", "booked_by_id")
    ]
    op.create_table(
        "meeting",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("room_id", ID, nullable=True),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("second_id", ID, nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("booked_by_id", ID, nullable=False),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_why", sa.String(length=2000), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("asked_why", sa.String(length=2000), nullable=True),
        sa.Column("asked_for", sa.String(length=200), nullable=True),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("refused_why", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meeting_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_meeting_office_id_office")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_meeting_subject_id_subject")),
        sa.ForeignKeyConstraint(["room_id"], ["meeting_room.id"], name=op.f("fk_meeting_room_id_meeting_room")),
        *people,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.CheckConstraint("kind IN ('interview', 'hearing')", name=op.f("ck_meeting_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_hours")),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_meeting_two")),
        sa.CheckConstraint("ended IN ('moved', 'cancelled')", name=op.f("ck_meeting_ended")),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"])
    op.create_index("ix_meeting_day", "meeting", ["starts_at"])


def downgrade() -> None:
    op.drop_table("meeting")
    op.drop_table("meeting_room")
