"""Means of repair, the quiz, bodies that offer services, and what may not be repaired."""

from __future__ import annotations

from repairflow.casework.cases import means_entry, quiz, repair_bars, service_bodies
from repairflow.casework.changes import BarRepair, DeclareMeans, EnterServiceBody, SettleMeans, TakeQuiz
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    DeclareMeans: means_entry.declare,
    SettleMeans: means_entry.settle,
    BarRepair: lambda tx, at, given, now: repair_bars.change(tx, at.law, given, now),
    TakeQuiz: lambda tx, _, given, now: quiz.take(tx, given, now),
    EnterServiceBody: lambda tx, _, given, now: service_bodies.enter(tx, given, now),
}
