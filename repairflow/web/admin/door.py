"""The door of system administrators, the blueprint `admin`: what the node runs on, calendars, the clock."""

from __future__ import annotations

from flask import Blueprint, render_template

from repairflow import times
from repairflow.casework.house import House
from repairflow.casework.queries import health
from repairflow.casework.queries.warnings import warnings
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web import policy, sessions
from repairflow.web.admin import calendar, clock

ADMINISTRATORS = ("system_admin", "security_admin")


def make_admin(settings: Settings, db: Database, house: House) -> Blueprint:
    """The blueprint `admin` under /admin."""
    door = Blueprint("admin", __name__, url_prefix="/admin")

    @door.context_processor
    def about() -> dict[str, bool]:
        return {"administers": sessions.current_actor().has_role("system_admin")}

    @door.get("/")
    @policy.access(*ADMINISTRATORS)
    def home() -> str:
        now = times.now()
        with db.read() as tx:
            return render_template(
                "admin/home.html",
                standing=health.standing(tx, now),
                seen=health.worker_seen(tx),
                warned=warnings(tx, house.law.calendar, now),
                years=sorted(y.year for y in house.law.calendar.years.values() if y.published),
                mail=bool(settings.smtp_url),
            )

    calendar.install(door, db, house)
    clock.install(door, db)
    return door
