"""What an office does about a letter it finds wrong: correct it, withdraw it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.actor import Actor
from repairflow.casework.documents.revisions import correction
from repairflow.casework.documents.revisions.correction import Correction
from repairflow.web.core import access
from repairflow.web.letters.context import Room
from repairflow.web.letters.letter_model import CHANGES, act, claimed
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def install(door: Blueprint, room: Room) -> None:
    """Afterwards letters can be corrected and withdrawn."""

    @door.post("/letters/<token>/correction")
    @access.access(access.STAFF)
    def correct(token: str) -> AnyResponse | tuple[str, int]:
        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            correction.correct(tx, room.services, _correction(tx, room, actor, token), now)

        return act(room, token, step, "更正通知书已制发，与原文书一并使用。", "correction-")

    @door.post("/letters/<token>/withdrawal")
    @access.access(access.STAFF)
    def withdraw(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm(
                "撤回文书", "撤回后公众查验会显示“已撤回”，不能恢复。确定撤回？", url_for("papers.letter", token=token)
            )

        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            correction.withdraw(tx, _correction(tx, room, actor, token), now)

        return act(room, token, step, "文书已撤回。", "withdrawal-")


def _correction(tx: Connection, room: Room, actor: Actor, token: str) -> Correction:
    form = request.form
    lines = [tuple(form.get(f"{name}-{n}", "").strip() for name in ("what", "was", "new")) for n in range(CHANGES)]
    changes = [(what, was, new) for what, was, new in lines if what or was or new]
    return Correction(token, actor, claimed(tx, room, actor), form.get("reason", ""), changes)
