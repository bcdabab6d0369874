"""What an officer arranges at the desk."""

from __future__ import annotations

from repairflow.casework.admin import saved_views
from repairflow.casework.changes import DropView, SaveView
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    SaveView: lambda tx, _, given, now: saved_views.save(tx, given, now),
    DropView: lambda tx, _, given, __: saved_views.drop(tx, given),
}
