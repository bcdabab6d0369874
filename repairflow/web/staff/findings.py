"""Findings of auditors that the visitor's offices answer."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.changes import AnswerFinding
from repairflow.casework.queries.audit import raised_findings as queries
from repairflow.errors import Invalid, Problem
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import errors_from, wrong_of


def findings() -> str:
    """Show those of the visitor's offices, newest first."""
    return _page("", "")


def answer_finding(number: str) -> Answer:
    """Answer one for the office."""
    text = request.form.get("text", "")
    try:
        change(AnswerFinding(current().actor, number, text))
    except Invalid as error:
        return make_response(_page(number, text, error.problems), 422)
    flash(f"已答复 {number}，等待审计人员销号。", "success")
    return redirect(url_for("desk.findings"), 303)


def _page(answered: str, typed: str, problems: Sequence[Problem] = ()) -> str:
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        page = queries.page(tx, here.actor, "", after)
    return render_template(
        "desk/findings.html", page=page, after=after, states=queries.STATES, answered=answered, typed=typed,
        errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip
