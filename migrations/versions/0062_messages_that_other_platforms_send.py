"""Messages that other platforms send.

Revision 0062, after 0061.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("came", JSON, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('taken', 'waiting', 'refused')", name=op.f("ck_inbound_message_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbound_message_case_id_cases")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_inbound_message_decided_by_person")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_inbound_message_office_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_inbound_message_record_id_record")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_inbound_message_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_message")),
        sa.UniqueConstraint("target_id", "serial", name=op.f("uq_inbound_message_target_id_serial")),
    )
    with op.batch_alter_table("inbound_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_inbound_message_lane", ["target_id", "lane", "sequence"], unique=False)
        batch_op.create_index("ix_inbound_message_office", ["office_id", "state", "id"], unique=False)

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inbound_office_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_target_inbound_office_id_office"), "office", ["inbound_office_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_target_inbound_office_id_office"), type_="foreignkey")
        batch_op.drop_column("inbound_office_id")

    with op.batch_alter_table("inbound_message", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_message_office")
        batch_op.drop_index("ix_inbound_message_lane")
        batch_op.drop_index(batch_op.f("ix_inbound_message_case_id"))

    op.drop_table("inbound_message")
