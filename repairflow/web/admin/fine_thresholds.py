"""罚款界线: the legal reviewer states from which amounts a fine is 较大数额 and 巨额, sees which records and open cases that
concerns, and has them classed anew."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain, times
from repairflow.casework.admin import fine_thresholds
from repairflow.casework.cases import record_recount
from repairflow.casework.changes import RecountRecords, StateThresholds
from repairflow.errors import Invalid, Problem
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import errors_from


def thresholds() -> AnyResponse:
    """Show the lines of the visitor's offices; of the office asked for, the records that the law of today classes otherwise.

    Only of that one: to find them each record of the office is classed again.
    """
    return _page()


def state_thresholds() -> AnyResponse:
    """State the lines of an office, or show the form with what is wrong."""
    try:
        given = _read()
        new = change(given)
    except Invalid as error:
        return _page(error.problems)
    flash(
        "已写明罚款界线，请核对下面列出的信息后重新分类。" if new else "内容相同，没有改动。",
        "success" if new else "info",
    )
    return redirect(url_for("admin.thresholds", office=given.office_id), 303)


def recount() -> AnyResponse:
    """Class the records of an office anew."""
    office_id = _office()
    found = change(RecountRecords(current().actor, office_id))
    flash(f"已重新核定 {len(found.records)} 条信息。" + ("还有更多，请再办理一次。" if found.more else ""), "success")
    if found.held:
        why = "；".join(dict.fromkeys(one.held for one in found.held))
        flash(
            f"{len(found.held)} 条没有重新核定（{'、'.join(one.document for one in found.held)}）：{why}。", "warning"
        )
    return redirect(url_for("admin.thresholds", office=office_id), 303)


def _page(problems: tuple[Problem, ...] = ()) -> AnyResponse:
    here = current()
    shown = errors_from(problems)
    with here.read() as tx:
        offices = fine_thresholds.of_reviewer(tx, here.actor)
        asked = _office() or arguments.number("office")
        differ = {
            one.office_id: record_recount.plan(tx, here.services, one.office_id, times.now())
            for one in offices if one.office_id == asked
        }  # fmt: skip
    text = render_template(
        "admin/fine_thresholds.html", offices=offices, differ=differ, errors=shown, typed=request.form,
        wrong={e.field: e.text for e in shown}, transition=here.services.transition,
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _office() -> int:
    """Return the office of a form; 0, which nobody has, for what is none."""
    try:
        return plain.whole(request.form.get("office", ""), least=1)
    except ValueError:
        return 0


def _read() -> StateThresholds:
    given = request.form
    try:
        day = plain.day(given.get("document_day", "").strip())
    except ValueError:
        told = Problem("document_day", "请填写文件日期，如 2026-04-01")
        raise Invalid("没有保存，请按提示修改。", [told]) from None
    amounts = given.get("minor_below_wan", ""), given.get("serious_from_wan", "")
    return StateThresholds(current().actor, _office(), *amounts, given.get("document", ""), day)
