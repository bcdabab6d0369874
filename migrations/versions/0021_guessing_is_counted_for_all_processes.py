"""Counters of guessing that all processes share; a token for programs ends within 400 days, and its owner is warned.

Revision 0021, after 0020. A token that would have lived longer, or for ever, ends 400 days after it was made, but not before
30 days from now, so that whoever uses it can be given another.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LONGEST, GRACE = timedelta(days=400), timedelta(days=30)
token = sa.table("api_token", sa.column("id", ID), sa.column("created_at", INSTANT), sa.column("expires_at", INSTANT))


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_until"), "attempt", ["until"])
    _shorten()
    with op.batch_alter_table("api_token") as batch:
        batch.alter_column("expires_at", existing_type=INSTANT, nullable=False)
        batch.add_column(sa.Column("warned_at", INSTANT))


def downgrade() -> None:
    with op.batch_alter_table("api_token") as batch:
        batch.drop_column("warned_at")
        batch.alter_column("expires_at", existing_type=INSTANT, nullable=True)
    op.drop_table("attempt")


def _shorten() -> None:
    tx = op.get_bind()
    naive = tx.dialect.name == "sqlite"
    now = _now(naive)
    for row in tx.execute(sa.select(token)).all():
        last = max(row.created_at + LONGEST, now + GRACE)
        if row.expires_at is None or row.expires_at > last:
            tx.execute(sa.update(token).where(token.c.id == row.id).values(expires_at=last))


def _now(naive: bool) -> datetime:
    """The database's own time: a migration has no other clock."""
    found = op.get_bind().execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    at = datetime.fromisoformat(found) if isinstance(found, str) else found
    return at.replace(tzinfo=None) if naive else at.astimezone(UTC)
