"""Where papers to print are offered: forms beside what they are about, the office's slips and the bound file beside a case."""

from __future__ import annotations

from flask import current_app, url_for

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import sees_inside
from repairflow.casework.queries import printables, rectification_report
from repairflow.casework.queries.cases.view import CaseView
from repairflow.law.procedure.roles import role_side

Link = tuple[str, str]
"""What a paper is called, and its address."""


def of_record(number: str, procedure: str) -> list[Link]:
    """Return the forms of a procedure about a record, filled in as far as is known, to be signed by hand and brought."""
    if not _served():
        return []
    kinds = printables.forms_of(procedure)
    return [(label, url_for("papers.record_form", number=number, kind=kind)) for kind, label in kinds]


def of_case(actor: Actor, view: CaseView) -> list[Link]:
    """Return the forms as they were filed; for the offices of the case its slip, its index and all its letters as one file."""
    if not _served():
        return []
    number, found = view.case.number, list[tuple[str, str]]()
    if view.record is not None:
        found += printables.forms_of(view.at.procedure.procedure)
    if rectification_report.asking(view.letters) is not None:
        found.append((rectification_report.KIND, rectification_report.title()))
    if sees_inside(actor, view.case):
        found += [slip for slip in printables.slips() if slip[0] != "approval_slip" or _handled(view)]
    links = [(label, url_for("papers.case_paper", number=number, kind=kind)) for kind, label in found]
    if actor.kind == "staff" and view.letters and sees_inside(actor, view.case):
        links.append(("文书汇编（附卷宗目录）", url_for("papers.bound", number=number)))
    return links


def _handled(view: CaseView) -> bool:
    """Tell whether an office has taken a step: before that there is no opinion to print."""
    steps = (view.at.procedure.action.get(step.action) for step in view.at.history)
    return any(role_side(role) == "office" for step in steps if step is not None for role in step.by)


def _served() -> bool:
    return "papers.case_paper" in current_app.view_functions
