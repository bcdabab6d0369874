"""A letter issued anew: the form with its words, the proposal, the head's decision."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import letter_trail, reissuing, rewording
from repairflow.casework.actor import Actor
from repairflow.casework.queries.files import letter_for
from repairflow.casework.reissuing import Decision, Reissue
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.web import policy, sessions
from repairflow.web.filters import new_command_id
from repairflow.web.forms import FieldError, ask_to_confirm, errors_from, unconfirmed
from repairflow.web.papers.letter_page import REISSUE, act, claimed
from repairflow.web.papers.room import Room


def install(door: Blueprint, room: Room) -> None:
    """Afterwards letters can be issued anew."""

    @door.get("/letters/<token>/reissue", endpoint="reissue")
    @policy.access(policy.STAFF)
    def ask(token: str) -> str:
        return _form(room, token)

    @door.post("/letters/<token>/reissue")
    @policy.access(policy.STAFF)
    def propose(token: str) -> AnyResponse | tuple[str, int]:
        form = request.form
        words = {name[6:]: text for name, text in form.items() if name.startswith("words.")}
        actor, addressee = sessions.current_actor(), form.get("addressee", "")
        try:
            with room.db.begin() as tx:
                given = Reissue(token, actor, claimed(tx, room, actor), form.get("reason", ""), addressee, words)
                made = reissuing.propose(tx, room.house, given, times.now())
                to = letter_trail.token_of(tx, made.new_id or made.letter_id)
        except Invalid as faulty:
            return _form(room, token, errors_from(faulty.problems, "re-") or [FieldError("", faulty.message)]), 422
        except Refused as refused:
            return _form(room, token, [FieldError("", item.text) for item in refused.refusals]), 422
        flash("已重新出具，请送达新文书。" if made.new_id else "已提请单位负责人决定。", "success")
        return redirect(url_for("papers.letter", token=to), 303)

    @door.post("/letters/<token>/reissue/issue")
    @policy.access(policy.STAFF)
    def issue(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm("重新出具", REISSUE, url_for("papers.letter", token=token))

        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            reissuing.issue(tx, room.house, _decision(tx, room, actor, token), now)

        return act(room, token, step, "已重新出具，原文书标记为已被替代，请送达新文书。", "decision-")

    @door.post("/letters/<token>/reissue/decline")
    @policy.access(policy.STAFF)
    def decline(token: str) -> AnyResponse | tuple[str, int]:
        def step(tx: Connection, actor: Actor, now: datetime) -> None:
            reissuing.decline(tx, _decision(tx, room, actor, token), now)

        return act(room, token, step, "没有重新出具，原文书继续有效。", "decision-")


def _form(room: Room, token: str, errors: list[FieldError] | None = None) -> str:
    actor = sessions.current_actor()
    with room.db.read() as tx:
        row = letter_for(tx, actor, token)
        if letter_trail.officer_role(actor, row) is None:
            raise Forbidden("文书由制发单位重新出具。")
        letter_trail.in_force(row)
        facts: dict[str, Any] = {
            "letter": row,
            "words": rewording.words(row),
            "fixed": rewording.fixed(row),
            "alone": letter_trail.is_head(actor, row) and not reissuing.takes_two(tx, room.house, row),
        }
    typed = request.form if request.method == "POST" else None
    return render_template(
        "papers/reissue.html", **facts, errors=errors or [], wrong=defaultdict(str, {e.field: e.text for e in errors or []}), typed=typed,
        command_id=new_command_id(),
    )  # fmt: skip


def _decision(tx: Connection, room: Room, actor: Actor, token: str) -> Decision:
    return Decision(token, actor, claimed(tx, room, actor), request.form.get("reason", ""))
