"""督办: what is late with any office, one late case as far as its supervisor needs it, and lapses that wait for a person."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.cases import provisional_lapse
from repairflow.casework.context import Services
from repairflow.casework.queries.oversight import late_cases
from repairflow.db import Database
from repairflow.errors import Invalid
from repairflow.web.core import access, sessions


def install(door: Blueprint, db: Database, services: Services) -> None:
    """Afterwards `door` has `late`, `late_case` and `confirm_provisional`."""

    @door.get("/late")
    @access.access("supervisor")
    def late() -> str:
        return _page(db, services)

    @door.post("/late/provisional")
    @access.access("supervisor")
    def confirm_provisional() -> AnyResponse:
        given = request.form
        limit = (given.get("number", ""), given.get("clock", ""))
        try:
            with db.begin() as tx:
                who = (sessions.current_actor(), "supervisor")
                provisional_lapse.confirm(tx, services, who, limit, given.get("reason", ""), times.now())
        except Invalid as error:
            return make_response(_page(db, services, limit, error), 422)
        flash(f"已确认 {limit[0]} 的届满日，到期处理已经执行，已记入留痕。", "success")
        return redirect(url_for("oversight.late"), 303)

    @door.get("/late/<number>")
    @access.access("supervisor")
    def late_case(number: str) -> str:
        today = times.today()
        with db.read() as tx:
            found = late_cases.one(tx, services.law, sessions.current_actor(), number, today)
        return render_template("oversight/late_case.html", found=found)


def _page(db: Database, services: Services, tried: tuple[str, str] = ("", ""), error: Invalid | None = None) -> str:
    today = times.today()
    with db.read() as tx:
        services.shelf.refresh(tx)
        found = late_cases.late(tx, services.law, sessions.current_actor(), today)
        waiting = provisional_lapse.waiting(tx, services.law)
    return render_template(
        "oversight/late.html", found=found, most=late_cases.MOST, today=today, waiting=waiting, tried=tried,
        error=error.problems[0].text if error is not None and error.problems else "",
    )  # fmt: skip
