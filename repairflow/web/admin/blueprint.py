"""The door of system administrators, the blueprint `admin`: what the node runs on, calendars, the clock."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from repairflow import times
from repairflow.casework.context import Services
from repairflow.casework.queries.oversight import health
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.admin import accounts, calendars, change_log, clock, offices, printed_links, targets
from repairflow.web.core import access, sessions

ADMINISTRATORS = ("system_admin", "security_admin")
TABS = (
    ("home", "概况", "admin.home"), ("offices", "单位", "admin.offices"), ("people", "人员", "admin.people"),
    ("targets", "平台", "admin.targets"), ("calendar", "工作日历", "admin.calendar"), ("clock", "系统时间", "admin.clock"),
    ("sheets", "通知单", "admin.sheets"), ("changes", "管理留痕", "admin.changes"),
)  # fmt: skip


def make_admin(settings: Settings, db: Database, services: Services) -> Blueprint:
    """The blueprint `admin` under /admin."""
    door = Blueprint("admin", __name__, url_prefix="/admin")

    @door.context_processor
    def about() -> dict[str, object]:
        """The tabs that the visitor may open; none where there is one only."""
        actor = sessions.signed_in_actor()
        tabs = [tab for tab in TABS if access.admits(access.declared(current_app, tab[2]), actor)]
        return {"administers": tabs if len(tabs) > 1 else []}

    @door.get("/")
    @access.access(*ADMINISTRATORS)
    def home() -> str:
        now = times.now()
        with db.read() as tx:
            return render_template(
                "admin/home.html",
                standing=health.standing(tx, services.pulse, now),
                seen=health.worker_seen(tx, now),
                warned=warnings(tx, services.law.calendar, now),
                years=sorted(y.year for y in services.law.calendar.years.values() if y.published),
                mail=bool(settings.smtp_url),
            )

    calendars.install(door, db, services)
    clock.install(door, db)
    offices.install(door, db, services)
    accounts.install(door, settings, db, services.vault)
    targets.install(door, db, services.vault)
    printed_links.install(door, settings, db, services.vault)
    change_log.install(door, db)
    return door
