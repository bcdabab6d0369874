"""What an officer arranges at the desk."""

from __future__ import annotations

from repairflow.casework.admin import own_phrases, saved_views
from repairflow.casework.changes import DropPhrase, DropView, SavePhrase, SaveView
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    SavePhrase: lambda tx, _, given, now: own_phrases.save(tx, given, now),
    DropPhrase: lambda tx, _, given, __: own_phrases.drop(tx, given),
    SaveView: lambda tx, _, given, now: saved_views.save(tx, given, now),
    DropView: lambda tx, _, given, __: saved_views.drop(tx, given),
}
