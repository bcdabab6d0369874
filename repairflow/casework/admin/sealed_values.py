"""What the vault sealed in this database, to see whether its key is still the one (密钥与数据相符)."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from repairflow.records import person, subject, target

_SEALED = (target.c.secret, person.c.totp_secret, subject.c.id_sealed)


def example(tx: Connection) -> bytes | None:
    """Return one value that the vault sealed; None where the database holds none yet."""
    for column in _SEALED:
        found = tx.execute(select(column).where(func.length(column) > 0).limit(1)).scalar_one_or_none()
        if found is not None:
            return bytes(found)
    return None
