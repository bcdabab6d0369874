"""Filings without pages of their own in the portal: after a case, on a list entry, for a subject as such."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework.cases.filing import filers
from repairflow.casework.queries.cases import links
from repairflow.casework.queries.filing.for_officers import in_force
from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES
from repairflow.records.rows import CaseRow, RecordRow
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal.forms import verb


def askable(law: Library) -> tuple[Procedure, ...]:
    """Give the procedures that a subject files on one page: all without pages of their own in the portal."""
    return tuple(
        p
        for p in in_force(law, times.today())
        if (p.subject != "record" or p.kinds) and set(filers(p)) & (SUBJECT_ROLES - CITIZEN_ROLES)
    )


def after(tx: Connection, here: RequestContext, case: CaseRow, record: RecordRow | None) -> list[dict[str, object]]:
    """Give the filings that may follow a case: label, obstacles, address of the form."""
    found = links.sequels(tx, here.law, here.actor, case, record, askable(here.law), here.now)
    return [
        {
            "text": verb(one.procedure.procedure, one.procedure.label),
            "label": one.procedure.label,
            "obstacles": one.obstacles,
            "case": one.case,
            "href": url_for("portal.ask_form", procedure=one.procedure.procedure, key=case.number),
        }
        for one in found
    ]


def of_entry(view: RecordView) -> list[dict[str, object]]:
    """Give the filings on an entry that stands on a list, public or internal, as buttons of its card; none for another
    record."""
    row = view.row
    if view.listed is None or row.state in OFF_LIST:
        return []
    begun = {case.procedure: case.number for case in view.open_cases}
    early = row.apply_from is not None and row.apply_from > current().today
    return [
        {"text": f"查看{p.label}", "href": url_for("portal.case", number=begun[p.procedure]), "primary": False}
        if p.procedure in begun
        else {
            "text": verb(p.procedure, p.label),
            "href": url_for("portal.ask_form", procedure=p.procedure, key=row.number),
            "primary": not early,
        }
        for p in askable(current().law)
        if p.subject == "record"
    ]
