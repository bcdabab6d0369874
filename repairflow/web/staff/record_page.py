"""One record as an office reads it: what was decided, how long it is public, its measures, cases, letters and changes."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.case_state.withdrawal_statements import LABELS
from repairflow.casework.cases import late_explanation
from repairflow.casework.changes import ExplainWithdrawal, StateBirthday
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.documents.lookup import letters_of_record
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.records import withdrawal_statements
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.casework.queries.records.file_words import publicity
from repairflow.errors import Invalid, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.shared import record_content
from repairflow.web.ui import components
from repairflow.web.ui.forms import errors_from, wrong_of

BIRTHDAY = {
    "stated": "已登记出生日期，已经封存，页面不再显示。以后的文书据此写给本人或者监护人。",
    "corrected": "已更正出生日期，已经封存，页面不再显示。以后的文书据此写给本人或者监护人，有关单位会收到通知。",
    "": "与已经登记的相同，没有改动。",
}
"""What is said of a birthday that was entered."""


def record(number: str) -> Answer:
    """Show one record that the office found, provided, or has a case of."""
    return _page(number)


def explain_withdrawal(number: str) -> Answer:
    """State publicly why a penalty was withdrawn, or show the form with what is wrong."""
    form = request.form
    words = (form.get("public_reason", ""), form.get("effective_on", ""))
    try:
        change(ExplainWithdrawal(current().actor, number, *words, names_confirmed=form.get("names_confirmed") == "yes"))
    except Invalid as error:
        return make_response(_page(number, error.problems), 422)
    flash("已公开说明撤回的理由，并告知各平台。", "success")
    return redirect(url_for("desk.record", number=number), 303)


def state_birthday(number: str) -> Answer:
    """State when the person was born, or show the form with what is wrong."""
    try:
        done = change(
            StateBirthday(current().actor, number, request.form.get("born", ""), request.form.get("reason", ""))
        )
    except Invalid as error:
        return make_response(_page(number, error.problems), 422)
    flash(BIRTHDAY[done], "success" if done else "info")
    return redirect(url_for("desk.record", number=number), 303)


def _page(number: str, problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        view = record_view(tx, here.law, here.actor, number, here.now)
        events = timeline.of_record(tx, here.law, view.row.id)
        rows = letters_of_record(tx, here.actor, view.row.id)
        basis = record_content.basis_of(tx, here.actor, view, "desk.record")
        birthday = birthday_statement.standing(tx, here.services.vault, here.actor, view.subject.id, here.today)
        statements = withdrawal_statements.of_record(tx, view.row.id)
        unexplained = LABELS.get(late_explanation.lacking(tx, here.actor, view.row) or "")
    return render_template(
        "desk/record.html", view=view, events=components.timeline(events),
        letters=components.letters(rows, view.subject.name),
        unexplained=unexplained, statements=statements, publicity=publicity(view),
        in_use=components.in_use(view.row), birthday=birthday, today=here.today, typed=request.form,
        errors=errors_from(problems), wrong=wrong_of(problems),
        content=record_content.rows(view, here.law.packs.get(view.row.pack), basis),
    )  # fmt: skip
