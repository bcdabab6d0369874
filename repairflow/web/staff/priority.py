"""优先办理: a case put into the priority lane of its offices, or taken out."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import PreferCase
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import case_page
from repairflow.web.ui.forms import errors_from, yes_or_no


def prefer(number: str) -> Answer:
    """Put the case in, or take it out; show its page again with what is wrong."""
    here, form, on = current(), request.form, yes_or_no("on")
    try:
        change(PreferCase(here.actor, number, form.get("ground", ""), form.get("reason", ""), on=on))
    except Invalid as error:
        with here.read() as tx:
            return make_response(
                case_page.page(tx, here, number, side=case_page.SideForm(errors_from(error.problems), form)), 422
            )
    flash("已设为优先办理，排在待办最前；期限不变。" if on else "已取消优先办理。", "success")
    return redirect(url_for("desk.case", number=number), 303)
