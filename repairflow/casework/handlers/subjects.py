"""Subjects: entered by hand, and what the registration authority changed of organisations."""

from __future__ import annotations

from repairflow.casework.cases import registration_undone, subject_entry, subject_registration
from repairflow.casework.changes import ChangeRegistration, EndSubject, EnterSubject, TakeBackRegistration
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    EnterSubject: subject_entry.enter,
    ChangeRegistration: lambda tx, at, given, now: subject_registration.change(tx, at.law, given, now),
    TakeBackRegistration: lambda tx, at, given, now: registration_undone.take_back(tx, at.law, given, now),
    EndSubject: lambda tx, at, given, now: subject_registration.end(tx, at.law, given, now),
}
