"""信用信息公示状况证明 and 信用档案: a subject asks for an extract of how it stands before the public, or for its whole credit
file, signed, and finds those it asked for; and the QR that leads everybody to how it stands now.
"""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, send_file, url_for

from repairflow import plain, times
from repairflow.casework.changes import IssueCreditFile, IssueExtract
from repairflow.casework.queries.records import status
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.errors import NotFound
from repairflow.settings import Settings
from repairflow.web.core.changing import change
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.routes import Answer
from repairflow.web.portal.credit_file import chosen_subject, spoken_for
from repairflow.web.shared.downloads import letter_file
from repairflow.web.ui.qr import qr

ISSUES, HOUR = 10, timedelta(hours=1)


def extracts() -> str:
    """Show the extracts of one subject, and the button for a new one."""
    here = current()
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
        found = status.extracts(tx, here.actor, holder.id)
    return render_template("portal/extracts.html", holder=holder, rows=found)


def issue_extract() -> Answer:
    """Issue an extract, or with `paper=file` the whole credit file."""
    here = current()
    try:
        subject_id = plain.whole(request.form.get("subject", ""), 1)
    except ValueError:
        raise NotFound from None
    here.site.one(_issues).take(here.actor.id, times.now())
    asked = IssueCreditFile if request.form.get("paper") == "file" else IssueExtract
    change(asked(here.actor, subject_id))
    flash("已出具，PDF 正在生成，请稍后刷新。", "success")
    return redirect(url_for("portal.extracts", subject=subject_id), 303)


def extract_pdf(token: str) -> Answer:
    """Give an extract as PDF."""
    here = current()
    with here.read() as tx:
        row = status.extract(tx, here.actor, token)
    return letter_file(row)


def standing_qr() -> str:
    """Show the QR of one subject, to be printed and hung up."""
    here = current()
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
    code = holder.uscc if holder.kind != "natural_person" else None
    drawn = qr(_standing_address(here.settings, code)) if code else None
    return render_template("portal/standing_qr.html", holder=holder, qr=drawn)


def standing_qr_file() -> Response:
    """Give the same QR as a drawing to be set into papers and pages. NotFound for a person, of whom nothing is public."""
    here = current()
    with here.read() as tx:
        holder = chosen_subject(subjects(tx, here.actor))
    if holder is None or holder.uscc is None or holder.kind == "natural_person":
        raise NotFound
    drawn = qr(_standing_address(here.settings, holder.uscc))
    content = io.BytesIO(drawn.svg.encode())
    return send_file(content, mimetype="image/svg+xml", as_attachment=True, download_name=f"{holder.uscc}.svg")


def _standing_address(settings: Settings, code: str) -> str:
    return f"{settings.public_url.rstrip('/')}{url_for('public.standing', code=code)}"


def _issues(site: Site) -> Shared:
    return Shared(site.db, site.settings, "extract", ISSUES, HOUR)
