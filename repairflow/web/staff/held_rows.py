"""Items that a delivery left for a person (待核对): the rows side by side, decided singly or many at once with a reason."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import annulment
from repairflow.casework.changes import DecideHeldRow, ProposeAnnulment
from repairflow.casework.queries.records import held_rows as held_queries
from repairflow.errors import Invalid, Problem, RepairFlowError
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

DONE = {"accepted": "项已同意", "proposed": "项已提出撤销，待另一人确认", "refused": "项已不同意"}


def held() -> str:
    """Show the items that wait for a person."""
    return page()


def page(problems: tuple[Problem, ...] = ()) -> str:
    """Return the items, and the form that proposes to annul a record, with what was wrong with it."""
    here = current()
    with here.read() as tx:
        items = held_queries.waiting(tx, here.services.vault, here.actor)
        count = held_queries.count(tx, here.actor)
    errors = [{"field": f"annul-{p.where}" if p.where else "", "text": p.text} for p in problems]
    return render_template(
        "desk/held.html", items=items, count=count, grounds=list(annulment.GROUNDS.items()), labels=annulment.LABELS,
        errors=errors, wrong={e["field"]: e["text"] for e in errors}, typed=request.form if errors else {},
    )  # fmt: skip


def propose_annulment() -> Answer:
    """Propose that a record whose decision was undone be annulled."""
    form = request.form
    words = (form.get(name, "") for name in ("record", *annulment.LABELS))
    try:
        change(ProposeAnnulment(current().actor, *words))
    except Invalid as error:
        return make_response(page(error.problems), 422)
    flash("已提出撤销，待另一位批准人或者负责人确认。", "success")
    return redirect(url_for("desk.held"), 303)


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
