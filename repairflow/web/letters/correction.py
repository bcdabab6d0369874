"""What an office does about a letter it finds wrong: correct it, withdraw it."""

from __future__ import annotations

from flask import request, url_for

from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter, WithdrawLetter
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import CHANGES, act
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def correct(token: str) -> Answer:
    """Correct slips of the pen in a letter."""
    given = CorrectLetter(token, current().actor, UNCLAIMED, request.form.get("reason", ""), _changes())
    return act(token, lambda: given, "更正通知书已制发，与原文书一并使用。", "correction-")


def withdraw(token: str) -> Answer:
    """Withdraw a letter."""
    if unconfirmed():
        return ask_to_confirm(
            "撤回文书", "撤回后公众查验会显示“已撤回”，不能恢复。确定撤回？", url_for("papers.letter", token=token)
        )
    given = WithdrawLetter(token, current().actor, UNCLAIMED, request.form.get("reason", ""))
    return act(token, lambda: given, "文书已撤回。", "withdrawal-")


def _changes() -> list[tuple[str, str, str]]:
    form = request.form
    return [(form.get(f"what-{n}", ""), form.get(f"was-{n}", ""), form.get(f"new-{n}", "")) for n in range(CHANGES)]
