"""Items that a delivery left for a person (待核对): the rows side by side, decided singly or many at once with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from repairflow.casework.changes import DecideHeldRow
from repairflow.casework.queries.records import held_rows as held_queries
from repairflow.errors import Invalid, RepairFlowError
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

DONE = {"accepted": "项已同意", "proposed": "项已提出撤销，待另一人确认", "refused": "项已不同意"}


def held() -> str:
    """Show the items that wait for a person."""
    here = current()
    with here.read() as tx:
        items = held_queries.waiting(tx, here.actor)
        count = held_queries.count(tx, here.actor)
    return render_template("desk/held.html", items=items, count=count)


def decide_held() -> Answer:
    """Decide the ticked items, each in a transaction of its own; one that is refused harms no other."""
    here = current()
    chosen = arguments.ticked("item")
    if not chosen:
        raise Invalid("请先勾选要处理的项目。")
    accept, reason = request.form.get("decision") == "accept", request.form.get("reason", "")
    done: dict[str, int] = {}
    for item in chosen[: held_queries.MOST]:
        try:
            state = change(DecideHeldRow(here.actor, item, accept, reason))
        except RepairFlowError as error:
            if len(chosen) == 1:
                raise
            flash(f"第 {item} 项：{error.message}", "warning")
        else:
            done[state] = done.get(state, 0) + 1
    for state, number in done.items():
        flash(f"{number} {DONE[state]}。", "success")
    return redirect(url_for("desk.held"), 303)
