"""撤回未送达的决定: the form on the case's page, sent."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import RecallDecision
from repairflow.errors import Conflict, Invalid, Refused, Stale
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import case_page
from repairflow.web.ui.forms import FieldError, errors_from, seen_version


def recall_decision(number: str) -> Answer:
    """Take the decision back, or show the case's page with why not; the reason that was typed stays."""
    here, form, version = current(), request.form, seen_version(request.form)
    reason = form.get("recall-reason", "")
    try:
        change(RecallDecision(here.actor, number, version if version is not None else -1, reason))
    except Invalid as error:
        return _again(number, errors_from(error.problems), 422)
    except Refused as error:
        return _again(number, [FieldError("", f"不能撤回：{one.text}。") for one in error.refusals], 422)
    except Stale:
        return _again(number, [FieldError("", "没有撤回：办件已由他人继续办理，请核对后再决定。")], 409)
    except Conflict as error:
        return _again(number, [FieldError("", error.message)], 409)
    flash("决定已撤回，文书标注为“已撤回”，办件回到原来的环节；留痕中两次办理都保留。", "success")
    return redirect(url_for("desk.case", number=number), 303)


def _again(number: str, wrong: list[FieldError], status: int) -> Answer:
    here = current()
    with here.read() as tx:
        side = case_page.SideForm(wrong, request.form)
        return make_response(case_page.page(tx, here, number, side=side), status)
