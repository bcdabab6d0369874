"""The subject's wish for another time of its hearing (申请听证改期)."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import AskHearingMove
from repairflow.errors import Conflict, Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.portal import cases
from repairflow.web.ui.forms import FieldError, errors_from


def ask_move(number: str) -> Answer:
    """Send the wish to the office; show the case again with what is wrong."""
    form = request.form
    try:
        change(AskHearingMove(current().actor, number, form.get("reason", ""), form.get("times", "")))
    except Invalid as error:
        wrong = errors_from(error.problems, "hearing-") or [FieldError("", error.message)]
        return make_response(cases.case(number, wrong), 422)
    except Conflict as error:
        return make_response(cases.case(number, [FieldError("", error.message)]), 409)
    flash("改期申请已提交。答复以前，请按原定时间参加。", "success")
    return redirect(url_for("portal.case", number=number, _anchor="h-meetings"), 303)
