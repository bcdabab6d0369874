"""Personal data: erased on request, and an informant's sealed identity opened."""

from __future__ import annotations

from repairflow.casework.cases import informant, personal_erasure
from repairflow.casework.changes import AllowInformant, AskInformant, ErasePersonal, OpenInformant
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    ErasePersonal: lambda tx, _, given, now: personal_erasure.erase(tx, given, now),
    AskInformant: lambda tx, _, given, now: informant.ask(tx, given, now),
    AllowInformant: lambda tx, _, given, now: informant.allow(tx, given, now),
    OpenInformant: lambda tx, services, given, now: informant.reveal(tx, services.vault, given, now),
}
