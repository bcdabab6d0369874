"""Which offices a case is with: it moves whole, with what waits for the office it leaves."""

from __future__ import annotations

from sqlalchemy import Connection, update

from repairflow.casework.cases import unfounded_lapse
from repairflow.records import cases


def move(tx: Connection, case_id: int, **offices: int) -> None:
    """Afterwards the case is with these offices (`deciding_id`, `provider_id`, `receiving_id`), and what waited for what another
    had not confirmed or stated is looked at again by the next sweep."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(**offices))
    unfounded_lapse.free(tx, cases.c.id == case_id)
