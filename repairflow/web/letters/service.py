"""How a letter was served: signed for by its addressee, recorded by an officer, taken back by the head."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request, url_for
from sqlalchemy import Connection

from repairflow import plain, times
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.service import arrival, service
from repairflow.errors import Invalid, Problem
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import TAKE_BACK, act, claimed
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def receipt(token: str) -> Answer:
    """Sign for a letter and open it."""
    here = current()
    with here.begin() as tx:
        now = times.now()
        if service.receive(tx, here.actor, token, now).mode == "electronic":
            arrival.opened(tx, here.actor, letter_for(tx, here.actor, token), now)
    return redirect(url_for("files.letter", token=token), 303)


def serve(token: str) -> Answer:
    """Register how an officer served a letter."""
    here = current()

    def step(tx: Connection, actor: Actor, now: datetime) -> None:
        letter_for(tx, actor, token)  # nobody uploads to what he does not see
        service.serve(tx, here.services, _service(tx, here, actor, token, now), now)

    return act(token, step, "送达已登记。", "service-")


def take_back(token: str) -> Answer:
    """Take a registration of service back; the head alone may."""
    here = current()
    if unconfirmed():
        return ask_to_confirm("撤销送达登记", TAKE_BACK, url_for("papers.letter", token=token))

    def step(tx: Connection, actor: Actor, now: datetime) -> None:
        form = request.form
        given = service.Withdrawal(token, actor, claimed(tx, here, actor), form.get("reason", ""))
        service.withdraw(tx, here.services, given, now)

    return act(token, step, "送达登记已撤销，请重新送达。", "unserve-")


def _service(tx: Connection, here: RequestContext, actor: Actor, token: str, now: datetime) -> service.Service:
    form, file = request.form, request.files.get("material")
    try:
        moment = plain.moment(form.get("served_at", ""))  # what a form gives is local
        served_at = times.at(moment.date(), moment.time())
    except ValueError:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。", [Problem("served_at", "请填写送达的日期和时间")]
        ) from None
    evidence = None
    if file is not None and file.filename:
        try:
            evidence = materials.receive(
                tx,
                here.services.materials,
                actor,
                SentFile(service.EVIDENCE_KIND, file.filename, file.read()),
                limit=here.services.max_upload,
                now=now,
            )
        except Invalid as wrong:
            raise Invalid(wrong.message, [Problem("material", wrong.message)]) from wrong
    return service.Service(
        token, form.get("mode", ""), actor, claimed(tx, here, actor), form.get("recipient", ""), served_at,
        form.get("place", ""), form.get("witness", ""), form.get("note", ""), evidence,
    )  # fmt: skip
