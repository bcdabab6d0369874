"""行政许可等信息: acts beside penalties entered by form or table, published by another person, withdrawn; and their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.case_state.materials import shown_name
from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.queries.oversight import timeliness as timeliness_queries
from repairflow.casework.queries.records import acts as queries
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.gateway import act_table, limited_parser
from repairflow.gateway.penalties.row import KIND_LABELS
from repairflow.gateway.permit_headings import LABELS
from repairflow.law.acts import ENDED, KINDS, PUBLISHED_WITHIN, STATES
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import FieldError, Question, errors_from, wrong_of

REQUIRED = frozenset({"kind", "name", "subject_kind", "document_number", "decision_date", "title"})
HINTS = {
    "code": "单位、个体工商户必填，录入时核对校验位", "id_number": "自然人必填，封存保管；自然人的信息不公示",
    "title": "一句话写明决定了什么，如 准予取水许可", "valid_until": "长期有效的不填",
}  # fmt: skip
CHOICES: Mapping[str, list[tuple[str, str]]] = {
    "kind": list(KINDS.items()),
    "subject_kind": [(code, label) for code, label in KIND_LABELS.items()],
}
KINDS_OF_FIELDS = {
    **dict.fromkeys(CHOICES, "choice"), **dict.fromkeys(act_table.DAYS, "date"), "basis": "long_text",
}  # fmt: skip
QUESTIONS = [
    Question(
        name, label, KINDS_OF_FIELDS.get(name, "text"), name in REQUIRED, HINTS.get(name, ""),
        2000 if name == "basis" else 200, CHOICES.get(name, ()), past=name == "decision_date", unkept=name == "id_number",
    )
    for name, label in LABELS.items()
]  # fmt: skip

LOOKED = ("q", "state", "after")
"""How the list was looked at, which its form carries on."""


def acts() -> str:
    """Show the acts of the visitor's offices; those that wait can be published here."""
    return _list()


def new_act() -> str:
    """Show the form of one act and that of a table."""
    return _form({"subject_kind": "organisation", "code": arguments.text("subject")})


def enter_act() -> Answer:
    """Enter one act; it waits for another person."""
    typed = request.form.to_dict()
    row = {name: typed.get(name, "") for name in LABELS}
    try:
        change(EnterActs(current().actor, typed.get("office", ""), (row,), _past(typed)))
    except Invalid as error:
        return make_response(_form(typed, error.problems), 422)
    flash("已录入，待另一人对照决定文书复核后公示。", "success")
    return redirect(url_for("desk.acts", state="waiting"), 303)


def deliver_acts() -> Answer:
    """Enter the acts of a table, all or none of them."""
    here, typed = current(), request.form.to_dict()
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    try:
        if not content or file is None:
            raise Invalid("请选择文件。", [Problem("file", "请选择要报送的文件，文件不能为空")])
        if len(content) > here.services.max_upload:
            raise Invalid("文件过大。", [Problem("file", f"文件超过 {here.settings.max_upload_mib} MB，请拆分后报送")])
        table = act_table.read(
            content, shown_name(file.filename or ""),
            lambda source, limits: limited_parser.open_grid(source, limits, here.services.reading),
        )  # fmt: skip
        if table.faults:
            raise Invalid("有的格读不出来。", table.faults)
        entered = change(EnterActs(here.actor, typed.get("office", ""), table.rows, _past(typed)))
    except Invalid as error:
        problems = error.problems or (Problem("file", error.message),)
        return make_response(_form(typed, problems, table=True), 422)
    known = len(table.rows) - len(entered)
    said = f"表中 {len(table.rows)} 行，新录入 {len(entered)} 条" + (f"，{known} 条早已录入" if known else "")
    flash(said + ("；新录入的待另一人复核后公示。" if entered else "，没有改动。"), "success" if entered else "info")
    for note in table.notes:
        flash(f"{note}。", "info")
    return redirect(url_for("desk.acts", state="waiting"), 303)


def settle_acts() -> Answer:
    """Publish, refuse or withdraw what was chosen, and go back to the list as it was looked at."""
    form = request.form
    decision = form.get("decision", "")
    looked: dict[str, Any] = {name: arguments.text(name) or None for name in LOOKED}
    try:
        count = change(SettleActs(current().actor, tuple(form.getlist("number")), decision, form.get("reason", "")))
    except Invalid as error:
        return make_response(_list(error.problems), 422)
    done = {
        "publish": "已复核同意，自然人以外的已经公示",
        "refuse": "没有同意，不予公示",
        "withdraw": "已撤下，不再公示",
        "annul": "的决定已被撤销，已经终止公示",
        "end": "已经失效，已经终止公示",
        "mark": "已加注异议标注",
        "unmark": "已取消异议标注",
    }[decision]
    flash(
        f"行政许可等信息 {count} 项{done}。" if count else "所选各项早已如此，没有改动。",
        "success" if count else "info",
    )
    return redirect(url_for("desk.acts", **looked), 303)


def timeliness() -> str:
    """Show what was published in time, late, or waits."""
    here = current()
    with here.read() as tx:
        found = timeliness_queries.timeliness(tx, here.law, here.actor, here.today)
    return render_template("desk/timeliness.html", found=found, within=PUBLISHED_WITHIN, most=timeliness_queries.MOST)


def _past(typed: dict[str, str]) -> str:
    """Return where acts of the past come from; a mark without it is refused by the command's own check of the text."""
    if typed.get("past") != "yes":
        return ""
    if not typed.get("provenance", "").strip():
        raise Invalid("请写明资料来源。", [Problem("provenance", "补报历史数据的，请写明资料来源，如 2024 年纸质档案")])
    return typed["provenance"]


def _form(typed: dict[str, str], problems: tuple[Problem, ...] = (), *, table: bool = False) -> str:
    here = current()
    with here.read() as tx:
        places = import_queries.offices(tx, here.actor)
    if not places:
        raise Forbidden("行政行为信息由作出机关的办理人员录入，您没有这样的岗位。")
    wrong = wrong_of(problems)
    offices = [(place.code, place.name) for place in places]
    return render_template(
        "desk/new_act.html", fields=[one.answered(typed, {} if table else wrong) for one in QUESTIONS], offices=offices,
        office=typed.get("office") or (offices[0][0] if len(offices) == 1 else ""), typed=typed, wrong=wrong, table=table,
        errors=[FieldError(_where(p.where, table=table), p.text) for p in problems][:200],
        most=here.settings.max_upload_mib,
    )  # fmt: skip


def _where(name: str, *, table: bool) -> str:
    if not table:
        return name
    return {"file": "file", "office": "table-office", "provenance": "table-provenance"}.get(name, "")


def _list(problems: tuple[Problem, ...] = ()) -> str:
    here, text, after = current(), arguments.text("q"), arguments.text("after")
    state = arguments.text("state")
    state = state if state in STATES else ""
    with here.read() as tx:
        page = queries.of_offices(tx, here.actor, state, text, after)
        enters = bool(import_queries.offices(tx, here.actor))
        open_cases = queries.objections(tx, here.actor, [one.id for one in page.rows])
    return render_template(
        "desk/acts.html", page=page, open_cases=open_cases,
        text=text, after=after, state=state, states=STATES, ended=ENDED, kinds=KINDS, enters=enters,
        today=here.today, errors=errors_from(problems), wrong=wrong_of(problems), reason=request.form.get("reason", ""),
        ticked=frozenset(request.form.getlist("number")),
    )  # fmt: skip
