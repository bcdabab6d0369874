"""Consent to electronic service: a page on which who speaks for a subject gives it or takes it back."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.changes import ChangeConsent
from repairflow.casework.queries.documents import consents
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import errors_from


def consent() -> AnyResponse:
    """Show for which of the visitor's subjects electronic service was agreed to."""
    return _page()


def _page(problems: tuple[Problem, ...] = (), subject_id: int | None = None) -> AnyResponse:
    here = current()
    with here.read() as tx:
        found = consents.of_visitor(tx, here.actor)
    shown = errors_from(problems)
    text = render_template(
        "papers/consent.html", consents=found, errors=shown, wrong_of=subject_id, name=here.actor.name
    )
    return make_response(text, 422 if problems else 200)


def change_consent(subject_id: int) -> Answer:
    """Agree to electronic service for a subject, or take it back."""
    wanted = request.form.get("consent")
    if wanted not in {"yes", "no"}:
        raise NotFound
    try:
        change(ChangeConsent(current().actor, subject_id, wanted == "yes", request.form.get("signed_by", "")))
    except Invalid as error:
        return _page(error.problems, subject_id)
    flash("已确认同意电子送达。" if wanted == "yes" else "已取消。此前送达的文书不受影响。", "success")
    return redirect(url_for("papers.consent"), 303)
