"""统计: what is late and whose, where open cases stand, how the closed ones went."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from repairflow import times
from repairflow.casework.context import Services
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.oversight import statistics as figures
from repairflow.db import Database
from repairflow.web.core import access, sessions
from repairflow.web.ui.csv import as_csv

SUPERVISORS = ("supervisor", "head")


def install(door: Blueprint, db: Database, services: Services) -> None:
    """Afterwards `door` has `statistics` and the list of what is late to take away."""

    @door.get("/")
    @access.access(*SUPERVISORS)
    def statistics() -> str:
        actor, now = sessions.current_actor(), times.now()
        today = times.local_day(now)
        with db.read() as tx:
            law = services.law
            late = figures.late(tx, law, actor, today)
            return render_template(
                "oversight/statistics.html",
                today=today,
                late=late,
                owners=figures.late_by_owner(late),
                states=figures.open_by_state(tx, law, actor),
                closed=figures.closed(tx, law, actor, today),
                month=figures.month(tx, law, actor, today.replace(day=1)),
                standing=push_queries.standing(tx, services.pulse, actor, now),
                may_confirm=actor.has_role("supervisor"),
            )

    @door.get("/late.csv")
    @access.access(*SUPERVISORS)
    def late_list() -> Response:
        today = times.today()
        with db.read() as tx:
            late = figures.late(tx, services.law, sessions.current_actor(), today)
        heading = ("办件编号", "信用主体", "程序", "期限", "责任单位", "责任岗位", "届满日", "逾期工作日")
        rows = [(o.number, o.subject, o.procedure, o.clock, o.office, o.role, o.due_day, o.days) for o in late]
        return as_csv(f"逾期清单-{today}.csv", heading, rows)
