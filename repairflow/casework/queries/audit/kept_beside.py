"""What is held beside events and rows: time stamps of the log, SM2 signatures of checkpoints, and messages of platforms
that wait for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from repairflow.auditing import sm2
from repairflow.auditing.report import Fault
from repairflow.casework import log_stamps
from repairflow.casework.queries.audit import message_proof
from repairflow.file_store.port import FileStore
from repairflow.vault import Vault


def prove(tx: Connection, anchors: FileStore, keys: Path, vault: Vault) -> Iterator[Fault]:
    """Yield each time stamp that is gone or does not fit, each SM2 signature that does not hold, and each waiting message that is not
    the one that came."""
    yield from log_stamps.prove(anchors)
    yield from log_stamps.missing(tx, anchors)
    yield from sm2.prove(tx, keys)
    yield from message_proof.prove(tx, vault)
