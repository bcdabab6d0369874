"""Parts of names, codes and numbers, so that a search does not read all of them.

Revision 0054, after 0053. The triggers that keep the parts are made after each migration (`records.search_triggers`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PART = sa.String(20).with_variant(sa.String(20, collation="C"), "postgresql")
TEXTS = (
    # table, column, kind, column of whose it is, characters of a part, places left out at the end
    ("subject", "plain_name", "name", "id", 2, 0),
    ("subject", "initials", "initials", "id", 2, 0),
    ("subject", "uscc", "code", "id", 4, 3),
    ("subject_name", "plain_name", "name", "subject_id", 2, 0),
    ("subject_name", "initials", "initials", "subject_id", 2, 0),
    ("record_spelling", "key", "number", "record_id", 2, 0),
)


def upgrade() -> None:
    op.create_table(
        "search_part",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("part", PART, nullable=False),
        sa.Column("of_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("kind", "part", "of_id", name=op.f("pk_search_part")),
        sqlite_with_rowid=False,
    )
    for table, column, kind, owner, length, left_out in TEXTS:
        op.execute(
            "WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 320) "  # noqa: S608  # names of ours
            "INSERT INTO search_part (kind, part, of_id) "
            f"SELECT DISTINCT '{kind}', substr(t.\"{column}\", place.n, {length}), t.{owner} "
            f'FROM {table} t JOIN place ON place.n <= length(t."{column}") - {left_out} '
            "WHERE true ON CONFLICT DO NOTHING"
        )
    op.drop_index("ix_letter_numbers", table_name="letter")  # its parts were all read
    year = f"{'strpos' if op.get_bind().dialect.name == 'postgresql' else 'instr'}(number, '〔')"
    op.execute(
        "INSERT INTO search_part (kind, part, of_id) "  # noqa: S608  # names of ours
        f"SELECT 'letter', substr(number, {year}, 20), id FROM letter WHERE {year} > 0"
    )


def downgrade() -> None:
    op.create_index("ix_letter_numbers", "letter", ["number", "case_id", "record_id"], unique=False)
    op.drop_table("search_part")
