"""转办: a case that nobody in its office can handle is passed on by the credit office that received it."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import RerouteCase
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import case_page
from repairflow.web.ui.forms import errors_from


def reroute(number: str) -> Answer:
    """Pass the case on; show its page again with what is wrong."""
    here, form = current(), request.form
    try:
        name = change(RerouteCase(here.actor, number, form.get("office", ""), form.get("reason", "")))
    except Invalid as error:
        with here.read() as tx:
            return make_response(
                case_page.page(tx, here, number, side=case_page.SideForm(errors_from(error.problems), form)), 422
            )
    flash(f"已转{name}办理。", "success")
    return redirect(url_for("desk.queue"), 303)
