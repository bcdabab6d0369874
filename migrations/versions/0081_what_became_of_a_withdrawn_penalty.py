"""What a public statement may say became of a penalty: changed, revoked, confirmed unlawful or void, still open, or nothing after all.

Revision 0081, after 0080. The triggers of the table are made anew after each migration.
"""

from __future__ import annotations

from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

NAME = "ck_withdrawal_statement_change"
BEFORE = "change IN ('annulled', 'changed')"
AFTER = "change IN ('annulled', 'changed', 'revoked', 'unlawful', 'void', 'open', 'stands')"


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM withdrawal_statement WHERE change = 'stands'")
    op.execute("UPDATE withdrawal_statement SET change = 'changed' WHERE change NOT IN ('annulled', 'changed')")
    _allow(BEFORE)


def _allow(rule: str) -> None:
    """Afterwards the column admits what the rule says."""
    if op.get_bind().dialect.name == "sqlite":
        # a table is copied there to change a constraint, and the copy has only the new one
        with op.batch_alter_table("withdrawal_statement", recreate="always") as batch:
            batch.create_check_constraint(op.f(NAME), rule)
        return
    op.drop_constraint(op.f(NAME), "withdrawal_statement", type_="check")
    op.create_check_constraint(op.f(NAME), "withdrawal_statement", rule)
