"""Consent to electronic service: a page on which who speaks for a subject gives it or takes it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from repairflow.casework.changes import ChangeConsent
from repairflow.casework.queries.documents import consents
from repairflow.errors import NotFound
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer


def consent() -> str:
    """Show for which of the visitor's subjects electronic service was agreed to."""
    here = current()
    with here.read() as tx:
        found = consents.of_visitor(tx, here.actor)
    return render_template("papers/consent.html", consents=found)


def change_consent(subject_id: int) -> Answer:
    """Agree to electronic service for a subject, or take it back."""
    wanted = request.form.get("consent")
    if wanted not in {"yes", "no"}:
        raise NotFound
    change(ChangeConsent(current().actor, subject_id, wanted == "yes"))
    flash("已确认同意电子送达。" if wanted == "yes" else "已取消。此前送达的文书不受影响。", "success")
    return redirect(url_for("papers.consent"), 303)
