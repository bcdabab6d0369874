"""不可修复的信息: the grounds to cite, the records that are marked, and the form that marks one or takes the mark off."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import repair_bars
from repairflow.casework.changes import BarRepair
from repairflow.casework.queries.records import barred
from repairflow.errors import Invalid, Problem
from repairflow.law.not_repairable import BARS
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import FieldError, wrong_of, yes_or_no

ASKED = "reason"
"""The one field of the form that takes a mark off; what is wrong with anything else stands above the page and links nowhere."""


def not_repairable() -> str:
    """Show the grounds and the marked records of the visitor's offices."""
    return _page()


def bar_repair() -> Answer:
    """Mark a record, or take its mark off."""
    form, on = request.form, yes_or_no("on")
    number, ground, cite, reason = (form.get(name, "") for name in ("record", "ground", "cite", "reason"))
    try:
        change(BarRepair(current().actor, number, ground, cite, reason, on))
    except Invalid as error:
        return make_response(_page(error.problems, None if on else number), 422)
    flash("已登记为不可修复，已告知当事人。" if on else "已取消登记，已告知当事人。", "success")
    return redirect(url_for("desk.not_repairable", after=arguments.text("after") or None), 303)


def _page(problems: tuple[Problem, ...] = (), lifted: str | None = None) -> str:
    """Return the page with what is wrong with a form: that of the mark that was to be `lifted`, else that which marks a record. What
    is wrong leads to a field that the page has, or nowhere."""
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        page = barred.barred(tx, here.actor, after)
    may = bool(repair_bars.deciding(here.actor))
    if lifted is None:
        fields = {name: name for name in repair_bars.LABELS} if may else {}
    else:
        fields = {ASKED: f"{ASKED}-{lifted}"} if may and any(one.number == lifted for one in page.rows) else {}
    return render_template(
        "desk/not_repairable.html", bars=BARS, page=page, after=after, may=may, labels=repair_bars.LABELS, lifted=lifted,
        typed=request.form if problems else {}, wrong=wrong_of(problems),
        errors=[FieldError(fields.get(problem.where, ""), problem.text) for problem in problems],
    )  # fmt: skip
