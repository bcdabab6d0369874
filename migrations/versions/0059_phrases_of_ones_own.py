"""Phrases for reasons that officers keep for themselves.

Revision 0059, after 0058.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_phrase",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_phrase_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_phrase")),
        sa.UniqueConstraint("person_id", "text", name=op.f("uq_own_phrase_person_id_text")),
    )


def downgrade() -> None:
    op.drop_table("own_phrase")
