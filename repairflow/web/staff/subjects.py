"""信用主体: the register with its search and entry by hand; an organisation's names, head and successor, and the forms that
record a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.case_state.record_life import life
from repairflow.casework.cases import subject_entry
from repairflow.casework.cases.subject_registration import KINDS
from repairflow.casework.changes import ChangeRegistration, EndSubject, EnterSubject, TakeBackRegistration
from repairflow.casework.queries.filing.for_officers import filable
from repairflow.casework.queries.records import subject_page
from repairflow.casework.queries.records.subject_file import subject_file
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.gateway.penalties.row import KIND_LABELS
from repairflow.law.procedure.channels import EX_OFFICIO
from repairflow.law.procedure.packs import SEVERITY_LABELS
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import Question, errors_from, wrong_of

HINTS = {
    "code": "单位、个体工商户填写", "id_kind": "自然人选择", "id_number": "自然人填写；封存保管，不显示",
    "born": "护照等证件的号码不含出生日期时填写；未成年人的文书写给监护人；封存保管，不显示",
}  # fmt: skip
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "kind": list(KIND_LABELS.items()), "id_kind": list(subject_entry.ID_KINDS.items()),
}  # fmt: skip
QUESTIONS = [
    Question(
        name, label, "choice" if name in CHOICES else "date" if name == "born" else "text", name in ("kind", "name"),
        HINTS.get(name, ""), subject_entry.LONGEST.get(name, 40), CHOICES.get(name, ()),
        past=name == "born", unkept=name in ("id_number", "born"),
    )
    for name, label in subject_entry.LABELS.items()
]  # fmt: skip


def subjects() -> str:
    """Show the organisations that a search finds, and the records: a person is found by those alone."""
    here, text = current(), arguments.text("q")
    with here.read() as tx:
        rows = subject_page.search_subjects(tx, here.actor, text)
        records = subject_page.search_records(tx, here.actor, text)
    return render_template("desk/subjects.html", rows=rows, records=records, text=text)


def new_subject() -> str:
    """Show the form that enters a subject."""
    return _entry({})


def enter_subject() -> Answer:
    """Enter a subject."""
    typed = request.form.to_dict()
    try:
        code = change(EnterSubject(current().actor, typed))
    except Invalid as error:
        return make_response(_entry(typed, error.problems), 422)
    flash("已录入。" if code else "已录入，号码已经封存。", "success")
    return redirect(url_for("desk.subject", code=code) if code else url_for("desk.subjects"), 303)


def _entry(typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    if subject_entry.enters_as(current().actor) is None:
        raise Forbidden("信用主体由各单位的办理人员录入，您没有这样的岗位。")
    fields = [one.answered(typed, wrong_of(problems)) for one in QUESTIONS]
    return render_template("desk/new_subject.html", fields=fields, errors=errors_from(problems))


def subject(code: str) -> str:
    """Show one organisation."""
    return page(code)


def page(code: str, form: str = "", problems: tuple[Problem, ...] = ()) -> str:
    """Return the page of one organisation; `form` is the one that was refused, with what is wrong."""
    here = current()
    with here.read() as tx:
        shown = subject_page.page(tx, here.actor, code)
        filed = subject_file(tx, here.law, here.actor, shown.row.id, here.today)
    errors = errors_from(problems, f"{form}-")
    return render_template(
        "desk/subject.html", page=shown, file=filed, begins=_begins(here), severity=SEVERITY_LABELS,
        states={name: state.label for name, state in life(here.law).state.items()},
        kinds=list(KINDS.items()), form=form, errors=errors, today=here.today,
        wrong={error.field: error.text for error in errors}, typed=request.form if form else {},
    )  # fmt: skip


def _begins(here: RequestContext) -> frozenset[str]:
    """Return the graded measures that this officer may begin against a subject, by procedure."""
    return frozenset(
        one.procedure.procedure
        for one in filable(here.law, here.actor, here.today)
        if one.channel == EX_OFFICIO and one.procedure.subject == "subject"
    )


def change_registration(code: str) -> Answer:
    """Record another name or legal representative."""
    try:
        change(ChangeRegistration(current().actor, code, request.form.to_dict()))
    except Invalid as error:
        return make_response(page(code, "registration", error.problems), 422)
    flash("已登记变更，各平台将收到通知。", "success")
    return redirect(url_for("desk.subject", code=code), 303)


def end_subject(code: str) -> Answer:
    """Record a merger, a split or the end, and who succeeds."""
    try:
        change(EndSubject(current().actor, code, request.form.to_dict()))
    except Invalid as error:
        return make_response(page(code, "end", error.problems), 422)
    succeeds = (
        "，承继人可以查看和办理其失信信息" if request.form.get("successor", "").strip() else "。其失信信息和办件继续"
    )
    flash(f"已登记{succeeds}。", "success")
    return redirect(url_for("desk.subject", code=code), 303)


def take_back_registration(code: str, seq: int) -> Answer:
    """Take back the last change that was recorded, by mistake."""
    try:
        change(TakeBackRegistration(current().actor, code, seq, request.form.get("reason", "")))
    except Invalid as error:
        return make_response(page(code, "back", error.problems), 422)
    flash("已撤回登记，各平台和有关当事人将收到通知。", "success")
    return redirect(url_for("desk.subject", code=code), 303)
