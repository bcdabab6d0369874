"""Cases as such, beside their steps and their filing."""

from __future__ import annotations

from repairflow.casework.cases import case_notes, passing_on, priority
from repairflow.casework.changes import AddNote, PassCaseOn, PreferCase
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    AddNote: lambda tx, _, given, now: case_notes.add(tx, given, now),
    PassCaseOn: lambda tx, services, given, now: passing_on.pass_on(tx, services.law, given, now),
    PreferCase: priority.prefer,
}
