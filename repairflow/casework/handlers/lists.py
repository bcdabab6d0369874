"""Lists published each year."""

from __future__ import annotations

from repairflow.casework.cases import list_publication
from repairflow.casework.changes import ResumePublication, StopPublication
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    StopPublication: lambda tx, _, given, now: list_publication.stop(tx, given.actor, given.token, now),
    ResumePublication: lambda tx, _, given, now: list_publication.resume(tx, given.actor, given.token, now),
}
