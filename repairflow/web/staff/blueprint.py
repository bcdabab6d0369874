"""The blueprint of the desk, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.staff import (
    case_actions,
    case_lists,
    case_page,
    duty_performance,
    held_rows,
    imports,
    new_case,
)
from repairflow.web.staff.context import Room


def make_desk(settings: Settings, db: Database, services: Services, vault: Vault) -> Blueprint:
    """The blueprint `desk` under /desk: for people of offices. What each may see and do is casework's to say."""
    door = Blueprint("desk", __name__, url_prefix="/desk")
    room = Room(settings, db, services, vault)
    for views in (case_lists, case_page, case_actions, new_case, imports, held_rows, duty_performance):
        views.install(door, room)
    return door
