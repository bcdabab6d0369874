"""What a subject may ask for besides repair and objection: review of a case, a commitment, removal from a list, …, on one page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.queries.filing.for_officers import PORTAL
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.web.core import access, sessions
from repairflow.web.portal.context import Room, verb
from repairflow.web.portal.credit_file import chosen_subject
from repairflow.web.portal.offered_filings import askable
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse, procedure_or_404


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has `ask` and `ask_form`."""

    @door.get("/ask")
    @access.access(access.ENTERPRISE)
    def ask() -> str:
        with room.db.read() as tx:
            mine = subjects(tx, sessions.current_actor())
        return render_template(
            "portal/ask.html",
            subjects=mine,
            holder=chosen_subject(mine),
            procedures=[(p, verb(p.procedure, p.label)) for p in askable(room.services.law) if p.subject == "subject"],
        )

    @door.route("/ask/<procedure>/<key>", methods=["GET", "POST"])
    @access.access(access.ENTERPRISE)
    def ask_form(procedure: str, key: str) -> AnyResponse:
        actor, found = sessions.current_actor(), procedure_or_404(askable(room.services.law), procedure)

        def done(made: Event) -> AnyResponse:
            return redirect(url_for("portal.receipt", number=made.case), 303)

        back = {"record": "portal.record", "case": "portal.case"}.get(found.subject)
        frame = Frame(
            actor=actor,
            channel=PORTAL,
            back=url_for(back, number=key) if back else url_for("portal.ask"),
            back_text={"record": "返回这条信息", "case": f"返回办件 {key}"}.get(found.subject, "返回"),
            title=verb(found.procedure, found.label),
            entry=Entry.PORTAL,
            note=found.summary,
            promise="提交后立即建立办件，期限从次日起算。办理不收取任何费用。",
        )
        return converse(found, key, frame, done)
