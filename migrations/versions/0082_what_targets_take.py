"""A target says which kinds of messages it takes, and what its pages say where they found nothing.

Targets that were there take what they took: a platform that does not know messages about administrative acts (`act_changed`) would
refuse them all. An administrator ticks them once the platform is ready.

Revision 0082, after 0081.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KNOWN = [
    "record_changed", "repair_result", "objection_status", "list_change", "honour_change", "interview_record", "measure_lift",
    "measure_restore", "measure_impose", "letter_change",
]  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes", JSON, nullable=True))
        batch_op.add_column(sa.Column("absent_words", sa.String(length=200), nullable=True))
    target = sa.table("target", sa.column("takes", JSON))
    op.execute(target.update().values(takes=KNOWN))


def downgrade() -> None:
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_column("absent_words")
        batch_op.drop_column("takes")
