"""The blueprint of the auditor's door, assembled from its views by noun."""

from __future__ import annotations

from flask import Blueprint

from repairflow.auditing.notes import Signer
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.audit import public_log, views


def make_audit(settings: Settings, db: Database, services: Services, signer: Signer) -> Blueprint:
    """The blueprint `audit` under /audit: pages for auditors, and what witnesses read for everybody."""
    door = Blueprint("audit", __name__, url_prefix="/audit")
    views.install(door, settings, db, services, signer)
    public_log.install(door, db, signer)
    return door
