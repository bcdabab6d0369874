"""What an office does about a letter it finds wrong: correct it, withdraw it."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for
from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.documents.revisions import correction
from repairflow.casework.documents.revisions.correction import Correction
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import CHANGES, act, claimed
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def correct(token: str) -> Answer:
    """Correct slips of the pen in a letter."""
    here = current()

    def step(tx: Connection, actor: Actor, now: datetime) -> None:
        correction.correct(tx, here.services, _correction(tx, here, actor, token), now)

    return act(token, step, "更正通知书已制发，与原文书一并使用。", "correction-")


def withdraw(token: str) -> Answer:
    """Withdraw a letter."""
    here = current()
    if unconfirmed():
        return ask_to_confirm(
            "撤回文书", "撤回后公众查验会显示“已撤回”，不能恢复。确定撤回？", url_for("papers.letter", token=token)
        )

    def step(tx: Connection, actor: Actor, now: datetime) -> None:
        correction.withdraw(tx, _correction(tx, here, actor, token), now)

    return act(token, step, "文书已撤回。", "withdrawal-")


def _correction(tx: Connection, here: RequestContext, actor: Actor, token: str) -> Correction:
    form = request.form
    lines = [tuple(form.get(f"{name}-{n}", "").strip() for name in ("what", "was", "new")) for n in range(CHANGES)]
    changes = [(what, was, new) for what, was, new in lines if what or was or new]
    return Correction(token, actor, claimed(tx, here, actor), form.get("reason", ""), changes)
