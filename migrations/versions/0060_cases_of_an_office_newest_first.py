"""Indexes of the cases of an office, newest first: the list of all its cases was sorted whole for each page.

Revision 0060, after 0059.
"""

from __future__ import annotations

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

ROLES = ("deciding", "receiving", "provider")


def upgrade() -> None:
    for role in ROLES:
        op.create_index(f"ix_cases_of_{role}", "cases", [f"{role}_id", "id"], unique=False)


def downgrade() -> None:
    for role in reversed(ROLES):
        op.drop_index(f"ix_cases_of_{role}", table_name="cases")
