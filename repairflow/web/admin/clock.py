"""The clock: after it jumped, a person says that it is right, and what waited goes on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import clock_guard
from repairflow.db import Database
from repairflow.web.core import access, sessions

ADMIN = "system_admin"
"""Supervisors, who answer for the deadlines, confirm at their own door."""


def install(door: Blueprint, db: Database) -> None:
    """Afterwards `door` has `clock`."""

    @door.get("/clock")
    @access.access(ADMIN)
    def clock() -> str:
        now = times.now()
        with db.read() as tx:
            return render_template(
                "admin/clock.html",
                now=now,
                clock=clock_guard.look(tx, now),
                waits=clock_guard.holding(tx, now),
                waiting=clock_guard.waiting(tx),
            )

    @door.post("/clock")
    @access.access(ADMIN)
    def confirm_clock() -> AnyResponse:
        actor = sessions.current_actor()
        now = times.now()
        with db.begin() as tx:
            waited = clock_guard.holding(tx, now)
            freed = clock_guard.confirmed_by(tx, actor, ADMIN, now)
        if waited:
            flash(f"已确认系统时间，{freed} 个到期事项继续处理，已记入留痕。", "success")
        else:
            flash("系统时间没有等待确认，没有改动。", "info")
        return redirect(url_for("admin.clock"), 303)
