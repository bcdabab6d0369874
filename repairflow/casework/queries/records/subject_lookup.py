"""Finding an organisation for somebody without an account: by its whole code or name only, so that nobody can list them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.law.identifiers import normalise
from repairflow.records import subject


def credit_code_of(tx: Connection, text: str) -> str | None:
    """Give the credit code of the only organisation with this code or exactly this name; None for none and for several."""
    named = (subject.c.uscc == normalise(text)) | (subject.c.name == text)
    codes = tx.execute(select(subject.c.uscc).where(subject.c.uscc.is_not(None), named).limit(2)).scalars().all()
    return codes[0] if len(codes) == 1 else None
