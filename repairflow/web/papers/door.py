"""The blueprint of letters and papers, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.house import House
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.papers import batch, changing, consent, letter, printing, reissue, serving
from repairflow.web.papers.room import Room


def make_papers(settings: Settings, db: Database, house: House) -> Blueprint:
    """The blueprint `papers`. What each visitor may see and do is casework's to say."""
    door = Blueprint("papers", __name__)
    room = Room(settings, db, house)
    for views in (printing, letter, serving, changing, reissue, consent, batch):
        views.install(door, room)
    return door
