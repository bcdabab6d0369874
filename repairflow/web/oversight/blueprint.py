"""The door of supervisors and heads: figures, and what still waits to reach the platforms. The blueprint `oversight`."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.oversight import late, monthly_results, pushes, statistics


def make_oversight(settings: Settings, db: Database, services: Services) -> Blueprint:
    """The blueprint `oversight` under /oversight, for supervisors of credit offices and heads of authorities."""
    door = Blueprint("oversight", __name__, url_prefix="/oversight")
    statistics.install(door, db, services)
    late.install(door, db, services)
    monthly_results.install(door, db, services)
    pushes.install(door, db, services)
    pushes.install_clock(door, db)
    return door
