"""督办: what is late with any office, and one late case as far as its supervisor needs it."""

from __future__ import annotations

from flask import Blueprint, render_template

from repairflow import times
from repairflow.casework.house import House
from repairflow.casework.queries import overseeing
from repairflow.db import Database
from repairflow.web import policy, sessions


def install(door: Blueprint, db: Database, house: House) -> None:
    """Afterwards `door` has `late` and `late_case`."""
    law = house.law

    @door.get("/late")
    @policy.access("supervisor")
    def late() -> str:
        today = times.today()
        with db.read() as tx:
            found = overseeing.late(tx, law, sessions.current_actor(), today)
        return render_template("oversight/late.html", found=found, most=overseeing.MOST, today=today)

    @door.get("/late/<number>")
    @policy.access("supervisor")
    def late_case(number: str) -> str:
        today = times.today()
        with db.read() as tx:
            found = overseeing.one(tx, law, sessions.current_actor(), number, today)
        return render_template("oversight/late_case.html", found=found)
