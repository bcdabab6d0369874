"""The blueprint of the public door, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.auditing.notes import Signer
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.public import complaints, guides, health, verify


def make_public(settings: Settings, db: Database, services: Services, signer: Signer) -> Blueprint:
    """The blueprint `public`: /verify, /guides, /report, /health, /ready, /metrics; all open to everybody."""
    door = Blueprint("public", __name__)
    verify.install(door, settings, db, signer)
    guides.install(door, services)
    complaints.install(door, settings, db, services)
    health.install(door, settings, db, services)
    return door
