"""手工录入: one penalty entered by a form, checked as a delivered row; another person of the office takes it in."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases.record_entry import ASKED
from repairflow.casework.changes import EnterRecord
from repairflow.casework.queries.records import imports as import_queries
from repairflow.casework.queries.records import subject_page
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.row import KIND_LABELS, ORDINARY, SIMPLE
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import Question, errors_from, wrong_of

REQUIRED = frozenset({"CF_XDR_LB", "CF_XDR_MC", "CF_WSH", "CF_JDRQ", "CF_WFXW", "CF_CFLB", "CF_NR"})
LONG = frozenset({"CF_SY", "CF_YJ", "CF_NR", "BZ"})
HINTS = {
    "CF_XDR_SHXYM": "录入时核对校验位",
    "CF_XDR_ZJLX": "护照等号码不含出生日期的，入库后请在该信息的页面登记出生日期",
    "CF_XDR_ZJHM": "封存保管，不显示",
    "CF_CFLB": "多种处罚的用分号隔开，如 警告；罚款",
    "CF_CFJG": "不写即录入单位",
    "CF_WSH": "照决定书写，如 溪环罚〔2026〕12号",
}
PAPERS = ("居民身份证", "港澳台居民居住证", "外国人永久居留身份证", "护照", "其他证件")
"""Kinds of documents of natural persons, as `gateway.penalties.row_check` knows them."""
WHEN = {
    "CF_XDR_SHXYM": "自然人以外必填", "CF_XDR_ZJLX": "自然人必填", "CF_XDR_ZJHM": "自然人必填",
    "CF_NR_FK": "处以罚款的必填", "CF_NR_WFFF": "没收违法所得、非法财物的必填",
}  # fmt: skip
CHOICES = {
    "CF_XDR_LB": [(label, label) for label in KIND_LABELS.values()],
    "CF_XDR_ZJLX": [(one, one) for one in PAPERS],
    "CF_SYCX": [(ORDINARY, ORDINARY), (SIMPLE, SIMPLE)],
}


def new_record() -> str:
    """Show the empty form; `subject` names an organisation that is known."""
    here, code = current(), arguments.text("subject")
    typed: dict[str, str] = {}
    if code:
        with here.read() as tx:
            row = subject_page.page(tx, here.actor, code).row
        kind = next((label for known, label in KIND_LABELS.items() if known == row.kind), "")
        typed = {
            "CF_XDR_LB": kind, "CF_XDR_MC": row.name, "CF_XDR_SHXYM": row.uscc or "",
            "CF_FRDB": row.legal_representative or "",
        }  # fmt: skip
    return page(typed)


def page(typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    """Return the form as typed, with what is wrong at its field."""
    here = current()
    with here.read() as tx:
        places = import_queries.offices(tx, here.actor)
    if not places:
        raise Forbidden("信息由各单位的办理人员录入，您没有这样的岗位。")
    wrong = wrong_of(problems)
    offices = [(place.code, place.name) for place in places]
    office = typed.get("office") or (offices[0][0] if len(offices) == 1 else "")
    return render_template(
        "desk/new_record.html", fields=[_question(name).answered(typed, wrong) for name in ASKED], offices=offices,
        office=office, errors=errors_from(problems), wrong=wrong,
    )  # fmt: skip


def enter_record() -> Answer:
    """Enter the penalty; it waits for another person's check."""
    typed = request.form.to_dict()
    try:
        change(EnterRecord(current().actor, typed.get("office", ""), typed))
    except Invalid as error:
        return make_response(page(typed, error.problems), 422)
    flash("已录入行政处罚信息，待另一人对照决定书复核后入库。", "success")
    return redirect(url_for("desk.held"), 303)


def _question(name: str) -> Question:
    spec = FIELDS[name]
    kinds = {**dict.fromkeys(CHOICES, "choice"), **dict.fromkeys(LONG, "long_text")}
    kind = kinds.get(name) or {"amount": "money", "date": "date"}.get(spec.use, "text")
    return Question(
        name, spec.label.removesuffix("（万元）"), kind, name in REQUIRED, HINTS.get(name, ""), min(spec.length, 5000),
        CHOICES.get(name, ()), WHEN.get(name, ""), past=name == "CF_JDRQ", unkept=name == "CF_XDR_ZJHM",
    )  # fmt: skip
