"""How a letter was served: signed for by its addressee, recorded by an officer, taken back by the head."""

from __future__ import annotations

from flask import redirect, request, url_for

from repairflow import plain, times
from repairflow.casework.case_state.told_files import EVIDENCE_KIND
from repairflow.casework.changes import SignForLetter
from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.service import service
from repairflow.errors import Invalid, Problem, TooMany
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import TAKE_BACK, act, shown
from repairflow.web.shared import form_files
from repairflow.web.ui.forms import FieldError, ask_to_confirm, unconfirmed


def receipt(token: str) -> Answer:
    """Sign for a letter and open it."""
    change(SignForLetter(current().actor, token))
    return redirect(url_for("files.letter", token=token), 303)


def serve(token: str) -> Answer:
    """Register how an officer served a letter."""
    here = current()
    try:
        evidence = _evidence(here, token)
    except (Invalid, TooMany) as wrong:
        return shown(token, [FieldError("service-material", wrong.message)]), 422
    return act(token, lambda: _service(here, token, evidence), "送达已登记。", "service-")


def take_back(token: str) -> Answer:
    """Take a registration of service back; the head alone may."""
    if unconfirmed():
        return ask_to_confirm("撤销送达登记", TAKE_BACK, url_for("papers.letter", token=token))
    given = service.Withdrawal(token, current().actor, UNCLAIMED, request.form.get("reason", ""))
    return act(token, lambda: given, "送达登记已撤销，请重新送达。", "unserve-")


def _evidence(here: RequestContext, token: str) -> str | None:
    """Keep the proof that came with the form, in a transaction of its own: what is refused afterwards counts for whoever
    sent it, until it is forgotten. Gives its token."""
    sent = form_files.sent_file("material", EVIDENCE_KIND)
    if sent is None:
        return None
    with here.read() as tx:
        letter_for(tx, here.actor, token)  # nobody uploads to what he does not see
    return form_files.keep(here, here.actor, sent)


def _service(here: RequestContext, token: str, evidence: str | None) -> service.Service:
    form = request.form
    with here.read() as tx:
        letter_for(tx, here.actor, token)  # what he does not see is not spoken of
    try:
        moment = plain.moment(form.get("served_at", ""))  # what a form gives is local
        served_at = times.at(moment.date(), moment.time())
    except ValueError:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。", [Problem("served_at", "请填写送达的日期和时间")]
        ) from None
    return service.Service(
        token, form.get("mode", ""), here.actor, UNCLAIMED, form.get("recipient", ""), served_at, form.get("place", ""),
        form.get("witness", ""), form.get("note", ""), evidence,
    )  # fmt: skip
