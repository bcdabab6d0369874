"""How letters were served, who agreed to be served electronically, which offices sign, and the digest before the signature.

Revision 0008, after 0007. A record of service is proof: it only grows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RULES = (("service_kept", "DELETE"), ("service_fixed", "UPDATE"))


def upgrade() -> None:
    op.add_column("letter", sa.Column("unsigned_digest", sa.String(length=80)))
    op.create_table(
        "office_seal",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_seal_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_seal")),
        sa.UniqueConstraint("office_id", name=op.f("uq_office_seal_office_id")),
    )
    op.create_table(
        "service",
        sa.Column("id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("served_at", INSTANT, nullable=False),
        sa.Column("effective_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("witness", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("material_id", ID),
        sa.Column("person_id", ID),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_service_letter_id_letter")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_service_material_id_material")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_service_letter_id")),
        sa.CheckConstraint(
            "mode IN ('direct', 'post', 'electronic', 'leave', 'announcement')", name=op.f("ck_service_mode")
        ),
        info={"guarded": True},
    )
    op.create_table(
        "service_consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_consent_person_id_person")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_service_consent_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_consent")),
        info={"guarded": True},
    )
    op.create_index(op.f("ix_service_consent_subject_id"), "service_consent", ["subject_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, change in RULES:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON service "
                "BEGIN SELECT RAISE(ABORT, 'service is kept as it is'); END"
            )
        return
    for name, change in RULES:
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON service FOR EACH ROW EXECUTE FUNCTION keep_as_it_is()")
    op.execute(
        "CREATE TRIGGER service_kept_whole BEFORE TRUNCATE ON service FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_service_consent_subject_id"), "service_consent")
    op.drop_table("service_consent")
    op.drop_table("service")  # its triggers go with it
    op.drop_table("office_seal")
    op.drop_column("letter", "unsigned_digest")
