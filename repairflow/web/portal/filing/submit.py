"""The last page of a filing: everything to be checked once more, and the press that hands it in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import claims
from repairflow.casework.actor import Actor
from repairflow.casework.cases import drafts
from repairflow.casework.cases.filing import file
from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Filing
from repairflow.errors import Invalid, Refused
from repairflow.web.core import access, sessions
from repairflow.web.portal.context import Room, faults, verb
from repairflow.web.portal.filing.wizard import SIGNATURE, Desk, lacking, signed, sit
from repairflow.web.ui.answers import shown
from repairflow.web.ui.forms import FieldError

ANCHORS = {"portal.answers": "answers", "portal.materials": "materials", "portal.commitment": "commitment"}
WHERE = {"materials_complete": "materials", "commitment_signed": "commitment", "materials": "materials"}
"""Where on the page that is which a guard or an input speaks of."""


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` checks filings and takes them in."""

    @door.get("/drafts/<token>/check")
    @access.access(access.ENTERPRISE)
    def check(token: str) -> AnyResponse | str:
        with room.db.read() as tx:
            desk = sit(tx, room, sessions.current_actor(), token)
        if desk.draft.made:
            return redirect(url_for("portal.receipt", number=desk.draft.made), 303)
        return check_page(desk, ())

    @door.post("/drafts/<token>/check")
    @access.access(access.ENTERPRISE)
    def submit(token: str) -> AnyResponse | tuple[str, int]:
        actor = sessions.current_actor()
        try:
            with room.db.begin() as tx:
                desk = sit(tx, room, actor, token)
                made = desk.draft.made or _hand_in(tx, room, actor, desk)
        except (Refused, Invalid) as error:
            return check_page(desk, _wrong(desk, error)), 422
        return redirect(url_for("portal.receipt", number=made), 303)


def _wrong(desk: Desk, error: Refused | Invalid) -> list[FieldError]:
    """All that is wrong. A faulty form is refused before any guard is asked, so what else it lacks is named beside it."""
    lacks = [FieldError(ANCHORS[place], text) for place, text in lacking(desk)]
    return lacks if lacks and isinstance(error, Invalid) else faults(error, WHERE)


def _hand_in(tx: Connection, room: Room, actor: Actor, desk: Desk) -> str:
    inputs = {name: desk.draft.answers.get(name, "") for name in desk.procedure.inputs}
    if not signed(desk):
        inputs.pop(SIGNATURE, None)  # a name without the tick, or under an older text, is no signature
    draft = desk.draft
    now = times.now()
    command_id = claims.take(tx, room.services, actor, Entry.PORTAL, draft.command_id, [draft.token], now)
    filing = Filing(draft.procedure, draft.record, actor, command_id, inputs, draft.tokens)
    made = file(tx, room.services, filing, now).case
    drafts.end(tx, actor, draft.token, made, now)
    return made


def check_page(desk: Desk, errors: Sequence[FieldError]) -> str:
    asked = desk.asked.items()
    return render_template(
        "portal/filing/check.html",
        desk=desk,
        here="portal.check",
        errors=errors,
        lacking=[(url_for(place, token=desk.draft.token), text) for place, text in lacking(desk)],
        answers=[
            {
                "label": spec.label,
                "value": shown(spec, desk.draft.answers.get(name), desk.pack),
                "href": url_for("portal.answers", token=desk.draft.token, _anchor=name),
            }
            for name, spec in asked
        ],
        signed=signed(desk),
        signature=SIGNATURE in desk.procedure.inputs,
        verb=verb(desk.procedure.procedure, desk.procedure.label),
    )
