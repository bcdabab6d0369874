"""How a letter was served: signed for by its addressee, recorded by an officer, taken back by the head."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain, times
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.service import service
from repairflow.errors import Invalid, Problem
from repairflow.web.core import access, sessions
from repairflow.web.letters.context import Room
from repairflow.web.letters.letter_model import TAKE_BACK, act, claimed
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def install(door: Blueprint, room: Room) -> None:
    """Afterwards letters can be signed for and recorded as served."""

    @door.post("/letters/<token>/receipt")
    @access.access(access.ENTERPRISE)
    def receipt(token: str) -> AnyResponse:
        with room.db.begin() as tx:
            service.receive(tx, sessions.current_actor(), token, times.now())
        return redirect(url_for("files.letter", token=token), 303)

    @door.post("/letters/<token>/service")
    @access.access(access.STAFF)
    def serve(token: str) -> AnyResponse | tuple[str, int]:
        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            letter_for(tx, actor, token)  # nobody uploads to what he does not see
            service.serve(tx, room.services, _service(tx, room, actor, token, now), now)

        return act(room, token, step, "送达已登记。", "service-")

    @door.post("/letters/<token>/service/withdrawal")
    @access.access(access.STAFF)
    def take_back(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm("撤销送达登记", TAKE_BACK, url_for("papers.letter", token=token))

        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            form = request.form
            given = service.Withdrawal(token, actor, claimed(tx, room, actor), form.get("reason", ""))
            service.withdraw(tx, room.services, given, now)

        return act(room, token, step, "送达登记已撤销，请重新送达。", "unserve-")


def _service(tx: Connection, room: Room, actor: Actor, token: str, now: datetime) -> service.Service:
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
                tx, room.services.materials, actor, kind=service.EVIDENCE_KIND, file_name=file.filename, content=file.read(),
                limit=room.services.max_upload, now=now,
            )  # fmt: skip
        except Invalid as wrong:
            raise Invalid(wrong.message, [Problem("material", wrong.message)]) from wrong
    return service.Service(
        token, form.get("mode", ""), actor, claimed(tx, room, actor), form.get("recipient", ""), served_at,
        form.get("place", ""), form.get("witness", ""), form.get("note", ""), evidence,
    )  # fmt: skip
