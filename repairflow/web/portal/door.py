"""The blueprint of the enterprise's door, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.house import House
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.portal import asking, cases, credit_file, filing, filing_pages, handing_in, inbox, steps, uploads
from repairflow.web.portal.room import Room


def make_portal(settings: Settings, db: Database, house: House) -> Blueprint:
    """The blueprint `portal` under /my: for agents and representatives of subjects."""
    door = Blueprint("portal", __name__, url_prefix="/my")
    room = Room(settings, db, house)
    for views in (credit_file, filing, filing_pages, uploads, handing_in, cases, steps, asking, inbox):
        views.install(door, room)
    return door
