"""The credit file as a PDF to keep: all records of one subject with their standing, lists, interviews and commitments."""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import render_template, send_file
from sqlalchemy import Connection

from repairflow.casework.queries.records import commitments, voluntary
from repairflow.casework.queries.records import credit_file as queries
from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.law.guards import day_text
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.portal.credit_file import card, spoken_for
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
    shown, row = card(view, ()), view.row
    badge = shown["badge"]
    state = badge[1] if isinstance(badge, tuple) and badge[1] else "公示中" if view.public else view.state_label
    open_ = "" if view.period_told else "（待核实）"
    days = []
    if view.days is not None and not row.of_person:
        days.append(f"最长公示至{day_text(view.days.max_until)}{open_}")
        asked = "移出名单" if view.listed is not None else "修复"
        if view.public:
            days.append(
                "现在可以申请修复" if view.repairable else f"自{day_text(view.days.apply_from)}起可以申请{asked}{open_}"
            )
    return {
        "row": row, "kind": view.kind_label, "authority": view.authority.name, "class": view.class_label, "state": state,
        "days": days, "measures": shown["measures"], "cases": view.open_cases,
    }  # fmt: skip
