"""Keeping files of an installation's own law in the database, in the transaction of what uses them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from repairflow.law.procedure.own_law import digest
from repairflow.records import law_file


def keep(tx: Connection, files: Mapping[str, str], now: datetime) -> None:
    """Ensure that the database has these files, by path and digest; what it has already is not written again."""
    if not files:
        return
    query = select(law_file.c.path, law_file.c.digest).where(law_file.c.path.in_(sorted(files)))
    there = {(row.path, row.digest) for row in tx.execute(query)}
    for path, text in files.items():
        if (path, digest(text)) not in there:
            tx.execute(insert(law_file).values(path=path, digest=digest(text), content=text, kept_at=now))
