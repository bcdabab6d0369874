"""典型案例 of the visitor's offices: written here, published by another person, withdrawn."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.changes import ProposeExample, SettleExample
from repairflow.casework.queries.records import examples as queries
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Invalid, Problem
from repairflow.law.examples import KINDS, STATES
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import errors_from, wrong_of

DONE = {"publish": "已公布", "refuse": "已退回", "withdraw": "已撤下"}


def examples() -> str:
    """Show those of the visitor's offices, and the form of a new one."""
    return _page({})


def propose_example() -> Answer:
    """Take one in; it waits for another person."""
    typed = request.form.to_dict()
    fields = (typed.get(name, "") for name in ("office", "kind", "title", "text"))
    try:
        change(ProposeExample(current().actor, *fields))
    except Invalid as error:
        return make_response(_page(typed, error.problems), 422)
    flash("已提交，待本单位另一人复核后公布。", "success")
    return redirect(url_for("desk.examples"), 303)


def settle_example(number: str) -> Answer:
    """Publish, refuse or withdraw one."""
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        change(SettleExample(current().actor, number, decision, reason))
    except Invalid as error:
        return make_response(_page({}, error.problems, number), 422)
    flash(f"{number} {DONE[decision]}。", "success")
    return redirect(url_for("desk.examples"), 303)


def _page(typed: dict[str, str], problems: tuple[Problem, ...] = (), settled: str = "") -> str:
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        page = queries.of_offices(tx, here.actor, after)
        places = [(place.code, place.name) for place in import_queries.offices(tx, here.actor)]
    return render_template(
        "desk/examples.html", page=page, after=after, kinds=KINDS, states=STATES, offices=places, typed=typed, me=here.actor.id,
        office=typed.get("office") or (places[0][0] if len(places) == 1 else ""), errors=errors_from(problems),
        wrong=wrong_of(problems), settled=settled,
    )  # fmt: skip
