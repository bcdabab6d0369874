"""A service recorded wrongly is taken back, and stays in sight; a letter issued wrongly is proposed to be issued anew.

Revision 0014, after 0013. What a service says is still never changed: only that it was taken back is added, once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MODES = "mode IN ('direct', 'post', 'electronic', 'leave', 'announcement')"
CONTENT = "id, letter_id, mode, recipient, served_at, effective_day, place, witness, note, material_id, person_id, recorded_at"
TAKEN_BACK = "withdrawn_at, withdrawn_by, withdrawal_reason"
BEFORE = (("service_kept", "DELETE", None), ("service_fixed", "UPDATE", None))
AFTER = (
    ("service_kept", "DELETE", None),
    ("service_fixed", f"UPDATE OF {CONTENT}", None),
    ("service_taken_back", f"UPDATE OF {TAKEN_BACK}", "OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL"),
)


def upgrade() -> None:
    _drop_rules(BEFORE)
    with op.batch_alter_table("service", table_args=(_modes(),)) as batch:
        batch.drop_constraint(op.f("uq_service_letter_id"), type_="unique")
        batch.add_column(sa.Column("withdrawn_at", INSTANT))
        batch.add_column(sa.Column("withdrawn_by", ID))
        batch.add_column(sa.Column("withdrawal_reason", sa.Text()))
        batch.create_foreign_key(op.f("fk_service_withdrawn_by_person"), "person", ["withdrawn_by"], ["id"])
    op.create_index(op.f("ix_service_letter_id"), "service", ["letter_id"])
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_service_standing", "service", ["letter_id"], unique=True, sqlite_where=standing, postgresql_where=standing
    )
    _make_rules(AFTER)
    op.create_table(
        "reissue",
        sa.Column("id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", INSTANT),
        sa.Column("answer", sa.Text()),
        sa.Column("new_id", ID),
        sa.CheckConstraint("state IN ('proposed', 'issued', 'declined')", name=op.f("ck_reissue_state")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_reissue_letter_id_letter")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_reissue_proposed_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_reissue_decided_by_person")),
        sa.ForeignKeyConstraint(["new_id"], ["letter.id"], name=op.f("fk_reissue_new_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reissue")),
        info={"guarded": True},
    )
    op.create_index(op.f("ix_reissue_letter_id"), "reissue", ["letter_id"])
    waiting = sa.text("state = 'proposed'")
    op.create_index(
        "uq_reissue_waiting", "reissue", ["letter_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_table("reissue")
    _drop_rules(AFTER)
    # A service that was taken back never stood, for a program that knows no taking back.
    op.execute(sa.text("DELETE FROM service WHERE withdrawn_at IS NOT NULL"))
    op.drop_index("uq_service_standing", "service")
    op.drop_index(op.f("ix_service_letter_id"), "service")
    with op.batch_alter_table("service", table_args=(_modes(),)) as batch:
        batch.drop_constraint(op.f("fk_service_withdrawn_by_person"), type_="foreignkey")
        batch.drop_column("withdrawal_reason")
        batch.drop_column("withdrawn_by")
        batch.drop_column("withdrawn_at")
        batch.create_unique_constraint(op.f("uq_service_letter_id"), ["letter_id"])
    _make_rules(BEFORE)


def _modes() -> sa.CheckConstraint:
    """What SQLite, which makes the table anew, would forget."""
    return sa.CheckConstraint(MODES, name=op.f("ck_service_mode"))


def _make_rules(rules: tuple[tuple[str, str, str | None], ...]) -> None:
    for name, change, condition in rules:
        when = f" WHEN ({condition})" if condition else ""
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON service{when} "
                "BEGIN SELECT RAISE(ABORT, 'service is kept as it is'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON service FOR EACH ROW{when} EXECUTE FUNCTION keep_as_it_is()"
            )


def _drop_rules(rules: tuple[tuple[str, str, str | None], ...]) -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON service"
    for name, _, _ in rules:
        op.execute(f"DROP TRIGGER {name}{on}")
