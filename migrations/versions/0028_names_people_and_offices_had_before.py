"""Former names of subjects and offices, successors and names as people type them.

Revision 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from repairflow.law.names import initials, plain_name

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _names(table: str, *more: sa.Column[str]) -> None:
    of = f"{table}_id"
    op.create_table(
        f"{table}_name",
        sa.Column("id", ID, nullable=False),
        sa.Column(of, ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        *more,
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint([of], [f"{table}.id"], name=op.f(f"fk_{table}_name_{of}_{table}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}_name")),
        sa.UniqueConstraint(of, "name", name=op.f(f"uq_{table}_name_{of}_name")),
    )
    op.create_index(op.f(f"ix_{table}_name_{of}"), f"{table}_name", [of])


def _read(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("office") as batch:
        batch.add_column(sa.Column("closed_on", sa.Date()))
        batch.add_column(sa.Column("successor_id", ID))
        batch.create_foreign_key(op.f("fk_office_successor_id_office"), "office", ["successor_id"], ["id"])
    with op.batch_alter_table("subject") as batch:
        for name in ("plain_name", "initials"):
            batch.add_column(sa.Column(name, sa.String(length=200), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column("ended_on", sa.Date()))
        batch.add_column(sa.Column("successor_id", ID))
        batch.create_foreign_key(op.f("fk_subject_successor_id_subject"), "subject", ["successor_id"], ["id"])
    _names("office")
    _names("subject", _read("plain_name"), _read("initials"))
    _read_names()


def _read_names() -> None:
    """Afterwards every subject is found by its name as people type it."""
    db = op.get_bind()
    subject = sa.table("subject", *map(sa.column, ("id", "name", "plain_name", "initials")))
    for row in db.execute(sa.select(subject.c.id, subject.c.name)).all():
        read = {"plain_name": plain_name(row.name), "initials": initials(row.name)}
        db.execute(sa.update(subject).where(subject.c.id == row.id).values(**read))


def downgrade() -> None:
    for table in ("subject_name", "office_name"):
        op.drop_table(table)
    with op.batch_alter_table("subject") as batch:
        batch.drop_constraint(op.f("fk_subject_successor_id_subject"), type_="foreignkey")
        for name in ("successor_id", "ended_on", "initials", "plain_name"):
            batch.drop_column(name)
    with op.batch_alter_table("office") as batch:
        batch.drop_constraint(op.f("fk_office_successor_id_office"), type_="foreignkey")
        batch.drop_column("successor_id")
        batch.drop_column("closed_on")
