"""When what the public sees of a record changed, in the order in which others read it; and which organisations an office follows.

Revision 0056, after 0055.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_public_change_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_change")),
        sa.UniqueConstraint("position", name=op.f("uq_public_change_position")),
    )
    waits = sa.text("position IS NULL")
    op.create_index("ix_public_change_waits", "public_change", ["id"], sqlite_where=waits, postgresql_where=waits)
    # who begins to read on must find what stands before the public already
    op.execute(
        "INSERT INTO public_change (record_id, at) SELECT id, created_at FROM record"
        " WHERE state IN ('published', 'disputed', 'held', 'restored') AND NOT minor AND NOT of_person ORDER BY id"
    )
    op.create_table(
        "followed_subject",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_followed_subject_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_followed_subject_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed_subject")),
        sa.UniqueConstraint("office_id", "uscc", name=op.f("uq_followed_subject_office_id_uscc")),
    )
    op.create_index(op.f("ix_followed_subject_uscc"), "followed_subject", ["uscc"])


def downgrade() -> None:
    op.drop_table("followed_subject")
    op.drop_table("public_change")
