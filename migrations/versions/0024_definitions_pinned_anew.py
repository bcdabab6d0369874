"""Definitions in use may be pinned anew by an upgrade or an erratum; the old digest stays beside the new one.

Revision 0024, after 0023. Rows only grow, as those of the definitions in use do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "definition_repin"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("from_digest", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_repin")),
    )
    op.create_index("ix_definition_repin_name", TABLE, ["kind", "name", "version"])
    for name, change in ((f"{TABLE}_kept", "DELETE"), (f"{TABLE}_fixed", "UPDATE")):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is kept as it is'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION keep_as_it_is()"
            )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_kept_whole BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
