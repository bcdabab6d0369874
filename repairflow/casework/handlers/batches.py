"""One step in many cases."""

from __future__ import annotations

from repairflow.casework.cases import batch_acts
from repairflow.casework.changes import BeginBatch, DropBatch, ResumeBatch, StartBatch, StopBatch
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    BeginBatch: batch_acts.begin,
    StartBatch: lambda tx, _, given, now: batch_acts.start(tx, given, now),
    DropBatch: lambda tx, _, given, now: batch_acts.drop(tx, given.actor, given.token, now),
    StopBatch: lambda tx, _, given, now: batch_acts.stop(tx, given.actor, given.token, now),
    ResumeBatch: lambda tx, _, given, now: batch_acts.resume(tx, given.actor, given.token, now),
}
