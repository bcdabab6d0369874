"""Administrative acts beside penalties.

Revision 0039, after 0038.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("document_number", sa.String(length=128), nullable=False),
        sa.Column("document_key", sa.String(length=320), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("of_person", sa.Boolean(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("provenance", sa.String(length=200), nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("published_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'kept', 'refused', 'withdrawn')", name=op.f("ck_act_state")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_act_entered_by_person")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_act_office_id_office")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_act_settled_by_person")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_act_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint("number", name=op.f("uq_act_number")),
        info={"guarded": True},
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index("ix_act_decision_date", ["decision_date"], unique=False)
        batch_op.create_index("ix_act_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_act_document",
            ["office_id", "kind", "subject_id", "document_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'published', 'kept')"),
            postgresql_where=sa.text("state IN ('waiting', 'published', 'kept')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_act_document",
            sqlite_where=sa.text("state IN ('waiting', 'published', 'kept')"),
            postgresql_where=sa.text("state IN ('waiting', 'published', 'kept')"),
        )
        batch_op.drop_index("ix_act_state")
        batch_op.drop_index("ix_act_decision_date")

    op.drop_table("act")
