"""内部备注: what the offices of a case tell each other, on its page."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import AddNote
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import case_page
from repairflow.web.ui.forms import errors_from


def add_note(number: str) -> Answer:
    """Keep the note; show the page again with what is wrong."""
    here, form = current(), request.form
    try:
        change(AddNote(here.actor, number, form.get("text", ""), tuple(form.getlist("named"))))
    except Invalid as error:
        with here.read() as tx:
            return make_response(case_page.page(tx, here, number, wrong=errors_from(error.problems), other=form), 422)
    flash("备注已保存，只有办件有关单位的工作人员能看到。", "success")
    return redirect(url_for("desk.case", number=number, _anchor="h-notes"), 303)
