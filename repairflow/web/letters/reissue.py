"""A letter issued anew: the form with its words, the proposal, the head's decision."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.revisions import events, reissue, reissue_form
from repairflow.casework.documents.revisions.reissue import Decision, Reissue
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.web.core import access, sessions
from repairflow.web.letters.context import Room
from repairflow.web.letters.letter_model import REISSUE, act, claimed
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import FieldError, ask_to_confirm, errors_from, unconfirmed


def install(door: Blueprint, room: Room) -> None:
    """Afterwards letters can be issued anew."""

    @door.get("/letters/<token>/reissue", endpoint="reissue")
    @access.access(access.STAFF)
    def ask(token: str) -> str:
        return _form(room, token)

    @door.post("/letters/<token>/reissue")
    @access.access(access.STAFF)
    def propose(token: str) -> AnyResponse | tuple[str, int]:
        form = request.form
        words = {name[6:]: text for name, text in form.items() if name.startswith("words.")}
        actor, addressee = sessions.current_actor(), form.get("addressee", "")
        try:
            with room.db.begin() as tx:
                given = Reissue(token, actor, claimed(tx, room, actor), form.get("reason", ""), addressee, words)
                made = reissue.propose(tx, room.services, given, times.now())
                to = events.token_of(tx, made.new_id or made.letter_id)
        except Invalid as faulty:
            return _form(room, token, errors_from(faulty.problems, "re-") or [FieldError("", faulty.message)]), 422
        except Refused as refused:
            return _form(room, token, [FieldError("", item.text) for item in refused.refusals]), 422
        flash("已重新出具，请送达新文书。" if made.new_id else "已提请单位负责人决定。", "success")
        return redirect(url_for("papers.letter", token=to), 303)

    @door.post("/letters/<token>/reissue/issue")
    @access.access(access.STAFF)
    def issue(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm("重新出具", REISSUE, url_for("papers.letter", token=token))

        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            reissue.issue(tx, room.services, _decision(tx, room, actor, token), now)

        return act(room, token, step, "已重新出具，原文书标记为已被替代，请送达新文书。", "decision-")

    @door.post("/letters/<token>/reissue/decline")
    @access.access(access.STAFF)
    def decline(token: str) -> AnyResponse | tuple[str, int]:
        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            reissue.decline(tx, _decision(tx, room, actor, token), now)

        return act(room, token, step, "没有重新出具，原文书继续有效。", "decision-")


def _form(room: Room, token: str, errors: list[FieldError] | None = None) -> str:
    actor = sessions.current_actor()
    with room.db.read() as tx:
        row = letter_for(tx, actor, token)
        if events.officer_role(actor, row) is None:
            raise Forbidden("文书由制发单位重新出具。")
        events.in_force(row)
        facts: dict[str, Any] = {
            "letter": row,
            "words": reissue_form.words(row),
            "fixed": reissue_form.fixed(row),
            "alone": events.is_head(actor, row) and not reissue.takes_two(tx, room.services, row),
        }
    typed = request.form if request.method == "POST" else None
    return render_template(
        "papers/reissue.html", **facts, errors=errors or [], wrong=defaultdict(str, {e.field: e.text for e in errors or []}), typed=typed,
        command_id=new_command_id(),
    )  # fmt: skip


def _decision(tx: Connection, room: Room, actor: Actor, token: str) -> Decision:
    return Decision(token, actor, claimed(tx, room, actor), request.form.get("reason", ""))
