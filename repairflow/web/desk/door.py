"""The blueprint of the desk, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.house import House
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.desk import acting, case, filing, held, imports, lists, performing
from repairflow.web.desk.room import Room


def make_desk(settings: Settings, db: Database, house: House, vault: Vault) -> Blueprint:
    """The blueprint `desk` under /desk: for people of offices. What each may see and do is casework's to say."""
    door = Blueprint("desk", __name__, url_prefix="/desk")
    room = Room(settings, db, house, vault)
    for views in (lists, case, acting, filing, imports, held, performing):
        views.install(door, room)
    return door
