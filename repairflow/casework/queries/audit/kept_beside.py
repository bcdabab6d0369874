"""What is held beside events and rows: time stamps of the log, and messages of platforms that wait for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from repairflow.auditing.report import Fault
from repairflow.casework import log_stamps
from repairflow.casework.queries.audit import message_proof
from repairflow.vault import Vault


def prove(tx: Connection, anchors: Path, vault: Vault) -> Iterator[Fault]:
    """Each time stamp that is gone or does not fit, and each waiting message that is not the one that came."""
    yield from log_stamps.prove(anchors)
    yield from log_stamps.missing(tx, anchors)
    yield from message_proof.prove(tx, vault)
