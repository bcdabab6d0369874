"""Which offices a case is with: it moves whole, with what waits for the office it leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from repairflow.casework.cases import assignment, unfounded_lapse
from repairflow.records import cases
from repairflow.records.rows import CaseRow


def move(tx: Connection, case: CaseRow, now: datetime, **offices: int) -> None:
    """Ensure that the case is with these offices (`deciding_id`, `provider_id`, `receiving_id`), and what waited for what another
    had not confirmed or stated is looked at again by the next sweep; who saw to it in the office that it leaves no longer does."""
    tx.execute(update(cases).where(cases.c.id == case.id).values(**offices))
    unfounded_lapse.free(tx, cases.c.id == case.id)
    assignment.leave_behind(tx, case, now)
