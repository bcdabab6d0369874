"""A filing begins: what the record says and the conditions ask; and its draft, gone on with or thrown away."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.case_state.materials import clear
from repairflow.casework.cases import drafts
from repairflow.casework.queries.filing import on_record
from repairflow.casework.queries.records.credit_file import RecordView, record_view
from repairflow.web.core import access, sessions
from repairflow.web.portal.context import Room, verb
from repairflow.web.portal.credit_file import card
from repairflow.web.portal.filing.wizard import lacking, open_wizard, stepper
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` begins filings."""

    @door.get("/file/<procedure>/<number>")
    @access.access(access.ENTERPRISE)
    def start(procedure: str, number: str) -> str:
        actor, now = sessions.current_actor(), times.now()
        law = room.services.law
        with room.db.read() as tx:
            view = record_view(tx, law, actor, number, now)
            begun = drafts.unfinished(tx, actor)
        found = view.opening_of(procedure)
        spec, pack = on_record.rules(law, procedure, view.authority, times.today())
        standing = next((d for d in begun if d.record == number and d.procedure == procedure), None)
        return render_template(
            "portal/filing/start.html",
            procedure=spec,
            verb=verb(procedure, spec.label),
            view=view,
            card=card(view, begun),
            opening=found,
            conditions=on_record.conditions(spec, pack, view.row, found),
            materials=spec.material,
            required=on_record.required_materials(spec, pack, by_agent=actor.is_agent_of(view.row.subject_id), now=now),
            draft=standing,
            objection=_objection(view, procedure),
            guide=_guide(procedure),
            steps=stepper(spec, "portal.start"),
            cites=law.cites(spec.basis, spec),
        )

    @door.post("/file/<procedure>/<number>")
    @access.access(access.ENTERPRISE)
    def begin(procedure: str, number: str) -> AnyResponse:
        actor, now = sessions.current_actor(), times.now()
        with room.db.begin() as tx:
            view = record_view(tx, room.services.law, actor, number, now)
            view.opening_of(procedure)
            token = drafts.begin(tx, actor, procedure=procedure, record_id=view.row.id, now=now)
        return redirect(url_for("portal.draft", token=token), 303)

    @door.get("/drafts/<token>")
    @access.access(access.ENTERPRISE)
    def draft(token: str) -> AnyResponse:
        """To the first page that still lacks something."""
        with room.db.read() as tx:
            wizard = open_wizard(tx, room, sessions.current_actor(), token)
        if wizard.draft.made:
            return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
        open_pages = {place for place, _ in lacking(wizard)}
        for endpoint, _ in wizard.pages:
            if endpoint in open_pages:
                return redirect(url_for(endpoint, token=token), 303)
        return redirect(url_for("portal.check", token=token), 303)

    @door.post("/drafts/<token>/discard")
    @access.access(access.ENTERPRISE)
    def discard(token: str) -> AnyResponse | str:
        if unconfirmed():
            back = url_for("portal.draft", token=token)
            return ask_to_confirm("删除草稿", "已填写的内容和上传的材料都会删除，不能恢复。", back)
        with room.db.begin() as tx:
            gone = drafts.discard(tx, sessions.current_actor(), token)
        with room.db.begin() as tx:
            clear(tx, room.services.materials, gone)
        flash("草稿已经删除。", "success")
        return redirect(url_for("portal.credit_file"), 303)


def _objection(view: RecordView, procedure: str) -> str | None:
    """Where an objection is filed, for somebody who files something else and may mean that the record is wrong."""
    found = [o for o in view.openings if o.procedure == "objection" != procedure and o.open]
    return url_for("portal.start", procedure="objection", number=view.row.number) if found else None


def _guide(procedure: str) -> str | None:
    """Where the procedure is explained, when this application has a door for the public."""
    return url_for("public.guide", name=procedure) if "public.guide" in current_app.view_functions else None
