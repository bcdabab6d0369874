"""督办: what is late with any office, and one late case as far as its supervisor needs it."""

from __future__ import annotations

from flask import Blueprint, render_template

from repairflow import times
from repairflow.casework.context import Services
from repairflow.casework.queries.oversight import late_cases
from repairflow.db import Database
from repairflow.web.core import access, sessions


def install(door: Blueprint, db: Database, services: Services) -> None:
    """Afterwards `door` has `late` and `late_case`."""

    @door.get("/late")
    @access.access("supervisor")
    def late() -> str:
        today = times.today()
        with db.read() as tx:
            found = late_cases.late(tx, services.law, sessions.current_actor(), today)
        return render_template("oversight/late.html", found=found, most=late_cases.MOST, today=today)

    @door.get("/late/<number>")
    @access.access("supervisor")
    def late_case(number: str) -> str:
        today = times.today()
        with db.read() as tx:
            found = late_cases.one(tx, services.law, sessions.current_actor(), number, today)
        return render_template("oversight/late_case.html", found=found)
