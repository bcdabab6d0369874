"""Records of natural persons say so: never public, but kept and used, they are objected to and repaired as others are.

Revision 0038, after 0037.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

RECORD = sa.table("record", sa.column("subject_id"), sa.column("of_person"))
SUBJECT = sa.table("subject", sa.column("id"), sa.column("kind"))


def upgrade() -> None:
    op.add_column("record", sa.Column("of_person", sa.Boolean(), server_default=sa.false(), nullable=False))
    people = sa.select(SUBJECT.c.id).where(SUBJECT.c.kind == "natural_person")
    op.get_bind().execute(sa.update(RECORD).where(RECORD.c.subject_id.in_(people)).values(of_person=sa.true()))


def downgrade() -> None:
    op.drop_column("record", "of_person")
