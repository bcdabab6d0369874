"""登记履行: the authority's records whose performance nobody has registered yet, and the form for one of them."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.credit_records import duty_performance
from repairflow.errors import Invalid
from repairflow.web.core import access, arguments, sessions
from repairflow.web.staff.context import Room


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has `performance` and `perform_duty`."""

    def page(errors: list[dict[str, str]], number: str = "") -> str:
        text = arguments.text("q")
        with room.db.read() as tx:
            rows = duty_performance.awaiting(tx, sessions.current_actor(), number or text)
        return render_template(
            "desk/performance.html", rows=rows, text=text, errors=errors, typed=request.form, today=times.today()
        )

    @door.get("/performance", endpoint="performance")
    @access.access(access.STAFF)
    def listing() -> str:
        return page([])

    @door.post("/performance/<number>")
    @access.access(access.STAFF)
    def perform_duty(number: str) -> AnyResponse:
        form = request.form
        try:
            with room.db.begin() as tx:
                duty_performance.register(
                    tx,
                    room.services,
                    sessions.current_actor(),
                    number,
                    form.get("performed", ""),
                    form.get("corrected", ""),
                    form.get("evidence", ""),
                    times.now(),
                )
        except Invalid as error:
            faults = [{"field": f"{number}-{p.where}", "text": p.text} for p in error.problems]
            return make_response(page(faults, number), 422)
        flash(f"已登记 {number} 的义务履行情况。", "success")
        return redirect(url_for("desk.performance"), 303)
