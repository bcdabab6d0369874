"""Cases as such, beside their steps and their filing."""

from __future__ import annotations

from repairflow.casework.cases import case_notes, priority, recall, rerouting, undo
from repairflow.casework.changes import AddNote, PreferCase, RecallDecision, RerouteCase, TakeBackNote, UndoStep
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    AddNote: lambda tx, _, given, now: case_notes.add(tx, given, now),
    RerouteCase: lambda tx, services, given, now: rerouting.reroute(tx, services.law, given, now),
    TakeBackNote: lambda tx, _, given, now: case_notes.take_back(tx, given, now),
    RecallDecision: recall.recall,
    UndoStep: undo.undo,
    PreferCase: priority.prefer,
}
