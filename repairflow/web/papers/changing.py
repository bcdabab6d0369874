"""What an office does about a letter it finds wrong: correct it, withdraw it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework import correcting
from repairflow.casework.actor import Actor
from repairflow.casework.correcting import Correction
from repairflow.web import policy
from repairflow.web.forms import ask_to_confirm, unconfirmed
from repairflow.web.papers.letter_page import CHANGES, act, claimed
from repairflow.web.papers.room import Room


def install(door: Blueprint, room: Room) -> None:
    """Afterwards letters can be corrected and withdrawn."""

    @door.post("/letters/<token>/correction")
    @policy.access(policy.STAFF)
    def correct(token: str) -> AnyResponse | tuple[str, int]:
        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            correcting.correct(tx, room.house, _correction(tx, room, actor, token), now)

        return act(room, token, step, "更正通知书已制发，与原文书一并使用。", "correction-")

    @door.post("/letters/<token>/withdrawal")
    @policy.access(policy.STAFF)
    def withdraw(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm(
                "撤回文书", "撤回后公众查验会显示“已撤回”，不能恢复。确定撤回？", url_for("papers.letter", token=token)
            )

        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            correcting.withdraw(tx, _correction(tx, room, actor, token), now)

        return act(room, token, step, "文书已撤回。", "withdrawal-")


def _correction(tx: Connection, room: Room, actor: Actor, token: str) -> Correction:
    form = request.form
    lines = [tuple(form.get(f"{name}-{n}", "").strip() for name in ("what", "was", "new")) for n in range(CHANGES)]
    changes = [(what, was, new) for what, was, new in lines if what or was or new]
    return Correction(token, actor, claimed(tx, room, actor), form.get("reason", ""), changes)
