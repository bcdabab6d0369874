"""Means of repair and bodies that offer services.

Revision 0044, after 0043.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learning",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("certificate", sa.String(length=30), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_learning_person_id_person")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_learning_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning")),
        sa.UniqueConstraint("certificate", name=op.f("uq_learning_certificate")),
        info={"guarded": True},
    )
    with op.batch_alter_table("learning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learning_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "service_body",
        sa.Column("id", ID, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("services", JSON, nullable=False),
        sa.Column("fees", sa.String(length=500), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("flag", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_service_body_entered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_body")),
        sa.UniqueConstraint("uscc", name=op.f("uq_service_body_uscc")),
        info={"guarded": True},
    )
    op.create_table(
        "repair_means",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("certificate", sa.String(length=100), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("material", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("declared_by", ID, nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'verified', 'refused')", name=op.f("ck_repair_means_state")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_repair_means_declared_by_person")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_repair_means_record_id_record")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_repair_means_settled_by_person")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_repair_means_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_means")),
        info={"guarded": True},
    )
    with op.batch_alter_table("repair_means", schema=None) as batch_op:
        batch_op.create_index("ix_repair_means_record", ["record_id", "id"], unique=False)

    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_repairable", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_column("not_repairable")

    with op.batch_alter_table("repair_means", schema=None) as batch_op:
        batch_op.drop_index("ix_repair_means_record")

    op.drop_table("repair_means")
    op.drop_table("service_body")
    with op.batch_alter_table("learning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_subject_id"))

    op.drop_table("learning")
