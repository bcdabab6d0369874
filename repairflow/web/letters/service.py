"""How a letter was served: signed for by its addressee, recorded by an officer, taken back by the head."""

from __future__ import annotations

from flask import redirect, request, url_for
from sqlalchemy import Connection

from repairflow import plain, times
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.changes import SignForLetter
from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.service import service
from repairflow.errors import Invalid, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import TAKE_BACK, act
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def receipt(token: str) -> Answer:
    """Sign for a letter and open it."""
    change(SignForLetter(current().actor, token))
    return redirect(url_for("files.letter", token=token), 303)


def serve(token: str) -> Answer:
    """Register how an officer served a letter."""
    here = current()
    return act(token, lambda tx: _service(tx, here, token), "送达已登记。", "service-")


def take_back(token: str) -> Answer:
    """Take a registration of service back; the head alone may."""
    if unconfirmed():
        return ask_to_confirm("撤销送达登记", TAKE_BACK, url_for("papers.letter", token=token))
    given = service.Withdrawal(token, current().actor, UNCLAIMED, request.form.get("reason", ""))
    return act(token, lambda _: given, "送达登记已撤销，请重新送达。", "unserve-")


def _service(tx: Connection, here: RequestContext, token: str) -> service.Service:
    """The form as a command, its proof taken in: nobody uploads to what he does not see."""
    form = request.form
    letter_for(tx, here.actor, token)
    try:
        moment = plain.moment(form.get("served_at", ""))  # what a form gives is local
        served_at = times.at(moment.date(), moment.time())
    except ValueError:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。", [Problem("served_at", "请填写送达的日期和时间")]
        ) from None
    return service.Service(
        token, form.get("mode", ""), here.actor, UNCLAIMED, form.get("recipient", ""), served_at, form.get("place", ""),
        form.get("witness", ""), form.get("note", ""), upload_proof(tx, here),
    )  # fmt: skip


def upload_proof(tx: Connection, here: RequestContext) -> str | None:
    """The token of the proof that came with the form; it stays only where the letter is then served."""
    file = request.files.get("material")
    if file is None or not file.filename:
        return None
    sent = SentFile(service.EVIDENCE_KIND, file.filename, file.read())
    limit = here.services.max_upload
    try:
        return materials.receive(tx, here.services.materials, here.actor, sent, limit=limit, now=times.now())
    except Invalid as wrong:
        raise Invalid(wrong.message, [Problem("material", wrong.message)]) from wrong
