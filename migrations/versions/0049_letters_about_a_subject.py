"""Letters about a subject, of no case and no record: its status extracts. Whom one is about stays as it was issued.

Revision 0049, after 0048.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE = (
    "id, case_id, record_id, event_seq, kind, round, number, office_id, title, template_version, content, text_digest, "
    "chain_head, token, issued_at"
)
AFTER = BEFORE.replace("record_id,", "record_id, subject_id,")


def upgrade() -> None:
    # Not by a copy of the table: that would lose the triggers which keep letters as they are.
    if _sqlite():
        op.execute("ALTER TABLE letter ADD COLUMN subject_id INTEGER REFERENCES subject (id)")
    else:
        op.add_column("letter", sa.Column("subject_id", ID))
        op.create_foreign_key(op.f("fk_letter_subject_id_subject"), "letter", "subject", ["subject_id"], ["id"])
    op.create_index(op.f("ix_letter_subject_id"), "letter", ["subject_id"])
    _keep(AFTER)


def downgrade() -> None:
    _keep(BEFORE)
    op.drop_index(op.f("ix_letter_subject_id"), table_name="letter")
    if not _sqlite():
        op.drop_constraint(op.f("fk_letter_subject_id_subject"), "letter", type_="foreignkey")
    op.drop_column("letter", "subject_id")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _keep(columns: str) -> None:
    """Afterwards these columns of a letter cannot be changed."""
    if _sqlite():
        op.execute("DROP TRIGGER letter_fixed")
        op.execute(
            f"CREATE TRIGGER letter_fixed BEFORE UPDATE OF {columns} ON letter "
            "BEGIN SELECT RAISE(ABORT, 'letter is kept as it is'); END"
        )
        return
    op.execute("DROP TRIGGER letter_fixed ON letter")
    op.execute(
        f"CREATE TRIGGER letter_fixed BEFORE UPDATE OF {columns} ON letter FOR EACH ROW EXECUTE FUNCTION keep_as_it_is()"
    )
