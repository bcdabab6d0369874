"""The invented people of the demonstration, who may be entered without a password there."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.records import person


def sample_ids(tx: Connection) -> list[int]:
    """Everybody who is a sample and active, in the order they were invented."""
    row = person.c
    return list(tx.execute(select(row.id).where(row.sample, row.active).order_by(row.id)).scalars())


def is_sample(tx: Connection, person_id: int) -> bool:
    """Tell whether a person is a sample and active."""
    row = person.c
    found = tx.execute(select(row.id).where(row.id == person_id, row.sample, row.active))
    return found.scalar_one_or_none() is not None
