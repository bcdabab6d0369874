"""What outlives a jump of the clock: a count of beats, the days on which work was done, reminders that fire again.

Revision 0017, after 0016. Until now work of a day stood under its name with the instant of the last time.
"""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
SHANGHAI = timezone(timedelta(hours=8))

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("heartbeat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("beat", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("rung_fired", schema=None) as batch_op:
        batch_op.add_column(sa.Column("returned_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("times", sa.Integer(), server_default="1", nullable=False))
    kept = _kept()
    undated = sa.or_(kept.c.name.like("daily/%"), kept.c.name == "weekly/chase")
    for row in op.get_bind().execute(sa.select(kept).where(undated)).all():
        at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
        _rename(row.name, f"{row.name}/{at.astimezone(SHANGHAI).date()}")


def downgrade() -> None:
    kept = _kept()
    days = sa.select(kept).where(sa.or_(kept.c.name.like("daily/%/%"), kept.c.name.like("weekly/%/%")))
    newest: dict[str, str] = {}
    for row in op.get_bind().execute(days.order_by(kept.c.at)).all():
        newest[row.name.rpartition("/")[0]] = row.name
    for name, row_name in newest.items():
        _rename(row_name, name)
    op.execute(sa.delete(kept).where(sa.or_(kept.c.name.like("daily/%/%"), kept.c.name.like("weekly/%/%"))))
    op.execute(sa.delete(kept).where(kept.c.name.like("doubtful/%")))
    with op.batch_alter_table("rung_fired", schema=None) as batch_op:
        batch_op.drop_column("times")
        batch_op.drop_column("returned_at")
    with op.batch_alter_table("heartbeat", schema=None) as batch_op:
        batch_op.drop_column("beat")


def _kept() -> sa.TableClause:
    return sa.table("heartbeat", sa.column("name", sa.String), sa.column("at", INSTANT))


def _rename(name: str, to: str) -> None:
    kept = _kept()
    op.execute(sa.update(kept).where(kept.c.name == name).values(name=to))
