"""Whoever administers holds no post in which cases are worked on, and links that open accounts go to their people alone.

Revision 0018, after 0017. Posts that are joined already stay as they are: the program counts the other post only, and
`repairflow init` and `repairflow user conflicts` list whom it concerns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

THREE = "('system_admin', 'security_admin', 'audit_admin')"
HELD = "EXISTS (SELECT 1 FROM role_grant held WHERE held.person_id = NEW.person_id AND (held.role IN "
INSERTED = f"{HELD}{THREE}) <> (NEW.role IN {THREE}))"
UPDATED = f"{HELD}{THREE}) <> (NEW.role IN {THREE}) AND held.id <> NEW.id)"
SAID = "an administrator holds no other post"
CHANGES = (
    ("role_grant_one_side", "INSERT", INSERTED),
    ("role_grant_stays_one_side", "UPDATE OF person_id, role", UPDATED),
)


def upgrade() -> None:
    op.create_table(
        "credential_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("opens", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("made_by", ID),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("released_by", ID),
        sa.Column("released_at", INSTANT),
        sa.Column("used_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("opens IN ('password', 'second_factor')", name=op.f("ck_credential_link_opens")),
        sa.CheckConstraint("way IN ('mail', 'sms', 'sheet', 'machine')", name=op.f("ck_credential_link_way")),
        sa.CheckConstraint("made_by <> person_id", name=op.f("ck_credential_link_not_oneself")),
        sa.CheckConstraint(
            "released_by <> made_by AND released_by <> person_id", name=op.f("ck_credential_link_second_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_link_person_id_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_credential_link_made_by_person")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_credential_link_released_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_credential_link_token_digest")),
    )
    op.create_index(op.f("ix_credential_link_person_id"), "credential_link", ["person_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, change, joined in CHANGES:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON role_grant WHEN {joined} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
        return
    # The person's row is locked first: of two posts granted at once, the second sees the first.
    op.execute(
        "CREATE FUNCTION role_grant_one_side() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM person WHERE id = NEW.person_id FOR UPDATE; "
        f"IF {UPDATED} THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    for name, change, _ in CHANGES:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON role_grant FOR EACH ROW EXECUTE FUNCTION role_grant_one_side()"
        )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, *_ in CHANGES:
        op.execute(f"DROP TRIGGER {name}{' ON role_grant' if postgresql else ''}")
    if postgresql:
        op.execute("DROP FUNCTION role_grant_one_side()")
    op.drop_table("credential_link")
