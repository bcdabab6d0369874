"""How far each witness of the policy has cosigned the log, and whether one holds another log than ours."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing import cosignatures
from repairflow.auditing.cosignatures import Asked
from repairflow.casework import heartbeats
from repairflow.records import cosignature


class Standing(NamedTuple):
    """A witness: its newest cosignature (size and time), and when it last held another log; None where it never did."""

    name: str
    size: int
    at: datetime | None
    differed_at: datetime | None


def differs(asked: Asked) -> str:
    """Return the name under which is kept when the witness last held another log."""
    return f"{heartbeats.WITNESS_DIFFERS}/{asked.key.split('+')[1]}"


def standings(tx: Connection, policy_file: Path) -> tuple[Standing, ...]:
    """Return every witness of the policy that is asked, in its order; Invalid where the file is no policy."""
    return tuple(_standing(tx, one) for one in cosignatures.to_ask(cosignatures.read_policy(policy_file)))


def _standing(tx: Connection, asked: Asked) -> Standing:
    mine = select(cosignature.c.size, cosignature.c.at).where(cosignature.c.witness == asked.name)
    newest = tx.execute(mine.order_by(cosignature.c.size.desc()).limit(1)).first()
    size, at = (newest.size, newest.at) if newest is not None else (0, None)
    return Standing(asked.name, size, at, heartbeats.get(tx, differs(asked)))
