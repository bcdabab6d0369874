"""The pages of a filing with questions: the answers, and the commitment."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.cases import drafts
from repairflow.casework.inputs import read
from repairflow.casework.own_signature import SIGNATURE, foreign, is_own
from repairflow.errors import Invalid, NotFound
from repairflow.law.guards.demanded_inputs import sometimes_demanded
from repairflow.web.core.context import current
from repairflow.web.portal.filing.wizard import READ_VERSION, open_wizard, signed
from repairflow.web.portal.forms import questions, typed
from repairflow.web.ui.forms import FieldError, errors_from


def answers(token: str) -> tuple[str, int] | AnyResponse:
    """Show the questions of a filing and keep the answers, right or wrong."""
    here = current()
    actor, errors = here.actor, list[FieldError]()
    if request.method == "POST":
        with here.begin() as tx:  # kept as typed, right or not: nothing is lost
            wizard = open_wizard(tx, here, token)
            given = typed(request.form, wizard.questions)
            drafts.answer(tx, actor, token, given, times.now())
        try:
            wizard.read(given)
        except Invalid as error:
            errors = errors_from(error.problems)
        else:
            return redirect(wizard.next_after("portal.answers"), 303)
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    if wizard.draft.made:
        return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
    fields = questions(
        wizard.questions, wizard.draft.answers, errors, wizard.pack, sometimes_demanded(wizard.procedure)
    )
    page = render_template(
        "portal/filing/answers.html", wizard=wizard, here="portal.answers", errors=errors, fields=fields
    )
    return page, 422 if errors else 200


def commitment(token: str) -> tuple[str, int] | AnyResponse:
    """Show the commitment and keep the signature."""
    here = current()
    actor, errors = here.actor, list[FieldError]()
    if request.method == "POST":
        name, agreed = request.form.get(SIGNATURE, "").strip(), request.form.get("agree") == "yes"
        with here.begin() as tx:
            wizard = open_wizard(tx, here, token)
            version = wizard.commitment.version if agreed and is_own(actor, name) else ""
            drafts.answer(tx, actor, token, {SIGNATURE: name, READ_VERSION: version}, times.now())
        if request.form.get("version") != wizard.commitment.version:
            errors.append(FieldError("", "承诺书已经更新，请重新阅读后再签署"))
        if not agreed:
            errors.append(FieldError("agree", "请阅读全文并勾选同意"))
        if not name:
            errors.append(FieldError(SIGNATURE, "请填写签署人的姓名"))
        elif not is_own(actor, name):
            errors.append(FieldError(SIGNATURE, foreign(actor)))
        try:
            read({SIGNATURE: wizard.procedure.inputs[SIGNATURE]}, {SIGNATURE: name}, wizard.pack)
        except Invalid as error:
            errors += errors_from(error.problems)
        if not errors:
            return redirect(wizard.next_after("portal.commitment"), 303)
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    if wizard.draft.made:
        return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
    if SIGNATURE not in wizard.procedure.inputs:
        raise NotFound
    page = render_template(
        "portal/filing/commitment.html", wizard=wizard, here="portal.commitment", errors=errors,
        spec=wizard.procedure.inputs[SIGNATURE], signed=signed(wizard),
    )  # fmt: skip
    return page, 422 if errors else 200
