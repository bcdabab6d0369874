"""Wishes, saved views, jobs with their errors and attempts at a push are facts too: their rows have lines from here on.

Revision 0061, after 0060. The triggers are made anew after each migration (`records.row_triggers`), and rows that are there
get their first line; nothing else changes.
"""

from __future__ import annotations

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing beside what follows each migration."""


def downgrade() -> None:
    """Nothing: the program of before passes over the lines it does not ask for."""
