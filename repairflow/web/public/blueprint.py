"""The blueprint of the public door, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.auditing.notes import Signer
from repairflow.casework.context import House
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.public import complaints, guides, health, verify


def make_public(settings: Settings, db: Database, house: House, signer: Signer) -> Blueprint:
    """The blueprint `public`: /verify, /guides, /report, /health, /ready, /metrics; all open to everybody."""
    door = Blueprint("public", __name__)
    verify.install(door, settings, db, signer)
    guides.install(door, house)
    complaints.install(door, settings, db, house)
    health.install(door, settings, db, house)
    return door
