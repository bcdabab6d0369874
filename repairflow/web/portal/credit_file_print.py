"""The credit file as a PDF to read at once, not signed: all records of one subject as they stand, lists, interviews, commitments."""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import render_template, send_file
from sqlalchemy import Connection

from repairflow.casework.queries.records import commitments, voluntary
from repairflow.casework.queries.records import credit_file as queries
from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.casework.queries.records.file_words import repair_from, state_of
from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.law.guards import day_text
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.portal.credit_file import spoken_for
from repairflow.web.shared.downloads import READER
from repairflow.web.shared.press import sheet


def credit_file_pdf() -> Answer:
    """Give the credit file of one subject as PDF, as it stands now."""
    here = current()
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
        page = _page(tx, here, holder.id)
    name = f"信用档案 {holder.name} {here.today}.pdf"
    response = send_file(
        io.BytesIO(sheet(page, "evidence.css")), mimetype="application/pdf", download_name=name, max_age=0
    )
    response.headers["Content-Security-Policy"] = READER
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(tx: Connection, here: RequestContext, subject_id: int) -> str:
    found = queries.credit_file(tx, here.law, here.actor, subject_id, here.now)
    return render_template(
        "files/credit_file_print.html", holder=found.subject, found=found, now=here.now, today=here.today,
        lines=[_line(view) for view in found.records], standing=standing(tx, here.law, here.actor, subject_id),
        commitments=commitments.of_subject(tx, here.law, subject_id),
        voluntary=voluntary.of_subject(tx, here.law, subject_id, stands=False),
    )  # fmt: skip


def _line(view: RecordView) -> Mapping[str, object]:
    """Return one record in the words of its card."""
    row = view.row
    open_ = "" if view.period_told else "（待核实）"
    days = []
    if (shown := view.shown_days) is not None:
        days.append(f"最长公示至{day_text(shown.max_until)}{open_}")
        if asked := repair_from(view):
            days.append(asked if view.repairable else f"{asked}{open_}")
    return {
        "row": row, "kind": view.kind_label, "authority": view.authority.name, "class": view.class_label, "state": state_of(view),
        "days": days, "measures": [one for one in view.measures if one.lifted_at is None], "cases": view.open_cases,
    }  # fmt: skip
