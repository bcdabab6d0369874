"""Headings an office matched.

Revision 0046, after 0045.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Before 0.2.0 was complete, revision 0028 made a table of this name that nothing ever filled.
    op.drop_table("office_heading", if_exists=True)
    op.create_table(
        "office_heading",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("heading", sa.String(length=80), nullable=False),
        sa.Column("plain", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_heading_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_heading_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_heading")),
        sa.UniqueConstraint("office_id", "plain", name=op.f("uq_office_heading_office_id_plain")),
        info={"guarded": True},
    )


def downgrade() -> None:
    op.drop_table("office_heading")
