"""不可修复的信息: the grounds to cite, the records that are marked, and the form that marks one or takes the mark off."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import repair_bars
from repairflow.casework.changes import BarRepair
from repairflow.casework.queries.records import barred
from repairflow.errors import Invalid, Problem
from repairflow.law.not_repairable import BARS
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer


def not_repairable() -> str:
    """Show the grounds and the marked records of the visitor's offices."""
    return _page()


def bar_repair() -> Answer:
    """Mark a record, or take its mark off."""
    form = request.form
    on = form.get("on") != "no"
    number, ground, cite, reason = (form.get(name, "") for name in ("record", "ground", "cite", "reason"))
    try:
        change(BarRepair(current().actor, number, ground, cite, reason, on))
    except Invalid as error:
        return make_response(_page(error.problems), 422)
    flash("已登记，已告知当事人。", "success")
    return redirect(url_for("desk.not_repairable"), 303)


def _page(problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        rows = barred.barred(tx, here.actor)
    return render_template(
        "desk/not_repairable.html", bars=BARS, rows=rows, may=bool(repair_bars.deciding(here.actor)),
        labels=repair_bars.LABELS, typed=request.form, wrong={p.where: p.text for p in problems},
        errors=[{"field": p.where, "text": p.text} for p in problems],
    )  # fmt: skip
