"""Matching the headings of an office's own tables to the columns of the layout (匹配表头), once for all its imports."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import office_headings
from repairflow.casework.changes import ForgetHeading, MatchHeadings
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Forbidden, Invalid
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.shared.import_runs import find
from repairflow.web.ui.forms import FieldError

CHOICES = [(field.name, f"{field.label}（{field.name}）") for field in FIELDS.values()]
MOST = 50
"""Headings that one form matches."""


def headings() -> str:
    """Show what was matched, and the headings of a file that nobody knows."""
    return _page([], {})


def match_headings() -> Answer:
    """Keep what each heading stands for, and go back to the file it came from."""
    here = current()
    typed = dict(zip(request.form.getlist("heading")[:MOST], request.form.getlist("field")[:MOST], strict=False))
    chosen = {heading.strip(): field for heading, field in typed.items() if heading.strip() and field}
    with here.read() as tx:
        places = import_queries.offices(tx, here.actor)
    place = next((place for place in places if place.code == request.form.get("office")), None)
    if place is None:
        return make_response(_page([FieldError("office", "请选择单位")], typed), 422)
    if not chosen:
        return make_response(_page([FieldError("field-1", "请至少为一个表头选择对应的列")], typed), 422)
    try:
        new = change(MatchHeadings(here.actor, place.id, chosen))
    except Invalid as wrong:
        order = {f"heading:{heading.strip()}": f"field-{at}" for at, heading in enumerate(typed, start=1)}
        errors = [FieldError(order.get(problem.where, "field-1"), problem.text) for problem in wrong.problems]
        return make_response(_page(errors, typed), 422)
    flash(f"已匹配 {new} 个表头，以后的文件照此读取。" if new else "这些表头已经匹配过。", "success")
    if token := request.form.get("run", ""):
        find(here, token)
        return redirect(url_for("desk.import_run", token=token), 303)
    return redirect(url_for("desk.headings"), 303)


def forget_heading(heading_id: int) -> Answer:
    """Take a match back."""
    change(ForgetHeading(current().actor, heading_id))
    flash("已取消，以后的文件不再照此读取。", "success")
    return redirect(url_for("desk.headings"), 303)


def _page(errors: list[FieldError], typed: dict[str, str]) -> str:
    here = current()
    token = arguments.text("run") or request.form.get("run", "")
    run = find(here, token) if token else None
    with here.read() as tx:
        places = import_queries.offices(tx, here.actor)
        kept = office_headings.kept(tx, here.actor)
        unread = import_queries.unread(tx, run.row.id) if run is not None else []
    if not places:
        raise Forbidden("表头由各单位的办理人员匹配，您没有这样的岗位。如需匹配，请联系本单位管理员。")
    matched = {row.heading for row in kept if run is not None and row.office_id == run.row.office_id}
    rows = list(typed.items()) or [(heading, "") for heading in unread if heading not in matched]
    return render_template(
        "desk/import_headings.html",
        offices=[(place.code, place.name) for place in places],
        office=request.form.get("office") or (run.row.office_code if run is not None else places[0].code),
        rows=rows or [("", "")], kept=[(row, FIELDS[row.field].label) for row in kept if row.field in FIELDS],
        choices=CHOICES, run=token, errors=errors, wrong={error.field: error.text for error in errors},
    )  # fmt: skip
