"""The blueprint of the enterprise's door, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.portal import case_actions, cases, credit_file, inbox, other_filings
from repairflow.web.portal.context import Room
from repairflow.web.portal.filing import pages, start, submit, uploads


def make_portal(settings: Settings, db: Database, services: Services) -> Blueprint:
    """The blueprint `portal` under /my: for agents and representatives of subjects."""
    door = Blueprint("portal", __name__, url_prefix="/my")
    room = Room(settings, db, services)
    for views in (credit_file, start, pages, uploads, submit, cases, case_actions, other_filings, inbox):
        views.install(door, room)
    return door
