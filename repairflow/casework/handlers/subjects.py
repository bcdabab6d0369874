"""Organisations: what their registration authority changed of them."""

from __future__ import annotations

from repairflow.casework.cases import subject_registration
from repairflow.casework.changes import ChangeRegistration, EndSubject
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    ChangeRegistration: lambda tx, _, given, now: subject_registration.change(tx, given, now),
    EndSubject: lambda tx, _, given, now: subject_registration.end(tx, given, now),
}
