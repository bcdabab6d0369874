"""Items that a delivery left for a person (待核对): the rows side by side, decided singly or many at once with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.cases import held_rows_decision
from repairflow.casework.queries.records import held_rows as held_queries
from repairflow.errors import Invalid, RepairFlowError
from repairflow.web.core import access, arguments, sessions
from repairflow.web.staff.context import Room

DONE = {"accepted": "项已同意", "proposed": "项已提出撤销，待另一人确认", "refused": "项已不同意"}


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the page of held items."""

    @door.get("/held")
    @access.access(access.STAFF)
    def held() -> str:
        with room.db.read() as tx:
            items = held_queries.waiting(tx, sessions.current_actor())
            count = held_queries.count(tx, sessions.current_actor())
        return render_template("desk/held.html", items=items, count=count)

    @door.post("/held")
    @access.access(access.STAFF)
    def decide_held() -> AnyResponse:
        chosen = arguments.ticked("item")
        if not chosen:
            raise Invalid("请先勾选要处理的项目。")
        accept, reason = request.form.get("decision") == "accept", request.form.get("reason", "")
        done: dict[str, int] = {}
        for item in chosen[: held_queries.MOST]:
            try:
                with room.db.begin() as tx:
                    state = held_rows_decision.decide(
                        tx, room.services, sessions.current_actor(), item, accept=accept, reason=reason, now=times.now()
                    )
            except RepairFlowError as error:
                if len(chosen) == 1:
                    raise
                flash(f"第 {item} 项：{error.message}", "warning")
            else:
                done[state] = done.get(state, 0) + 1
        for state, number in done.items():
            flash(f"{number} {DONE[state]}。", "success")
        return redirect(url_for("desk.held"), 303)
