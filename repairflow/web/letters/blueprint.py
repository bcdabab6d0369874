"""The blueprint of letters and papers, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.letters import batch_notices, consent, correction, letter, printables, reissue, service
from repairflow.web.letters.context import Room


def make_papers(settings: Settings, db: Database, services: Services) -> Blueprint:
    """The blueprint `papers`. What each visitor may see and do is casework's to say."""
    door = Blueprint("papers", __name__)
    room = Room(settings, db, services)
    for views in (printables, letter, service, correction, reissue, consent, batch_notices):
        views.install(door, room)
    return door
