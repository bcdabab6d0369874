"""What the subject does in a case: supply what is missing, withdraw, and whatever else its procedure gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.cases import drafts
from repairflow.casework.cases.options import Option
from repairflow.casework.cases.transition import perform
from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Command
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.cases import view as queries
from repairflow.casework.queries.filing import on_record
from repairflow.errors import Invalid, NotFound, Refused, Stale
from repairflow.web.core import access, form_ids, sessions
from repairflow.web.portal.cases import brings
from repairflow.web.portal.context import Room, faults, questions
from repairflow.web.portal.filing import uploads
from repairflow.web.ui import components
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import FieldError, inputs_from, seen_version


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` takes the subject's steps."""

    @door.get("/cases/<number>/step/<action>")
    @access.access(access.ENTERPRISE)
    def step(number: str, action: str) -> str:
        return page(number, action, ())

    @door.post("/cases/<number>/step/<action>/materials")
    @access.access(access.ENTERPRISE)
    def step_upload(number: str, action: str) -> AnyResponse | tuple[str, int]:
        actor, now = sessions.current_actor(), times.now()
        with room.db.begin() as tx:
            view, option = _mine(tx, room, actor, number, action)
            if not brings(option):
                raise NotFound
            case = view.case
            token = drafts.begin(
                tx, actor, procedure=case.procedure, record_id=case.record_id, case_id=case.id, action=action, now=now
            )
            errors = uploads.take(tx, room, actor, drafts.read(tx, actor, token), view.at.procedure)
        if errors:
            return page(number, action, errors), 422
        return redirect(url_for("portal.step", number=number, action=action), 303)

    @door.post("/cases/<number>/step/<action>")
    @access.access(access.ENTERPRISE)
    def take(number: str, action: str) -> AnyResponse | tuple[str, int]:
        actor, now = sessions.current_actor(), times.now()
        version = seen_version(request.form)
        inputs: dict[str, Any] = inputs_from(request.form)
        try:
            with room.db.begin() as tx:
                case = queries.visible(tx, actor, number)
                draft = drafts.prepared(tx, actor, case, action)
                command = Command(
                    case=number,
                    action=action,
                    actor=actor,
                    command_id=form_ids.claimed(tx, room.services, Entry.PORTAL, actor),
                    expected_version=version if version is not None else -1,  # a form always says what it saw
                    reason=request.form.get("reason", "").strip() or None,
                    inputs=inputs,
                    materials=draft.tokens if draft else (),
                )
                done = perform(tx, room.services, command, now)
                if draft is not None:
                    drafts.end(tx, actor, draft.token, number, now)
        except Stale:
            return stale(number, version or 0), 409
        except (Refused, Invalid) as error:
            return page(
                number, action, faults(error, {"new_material_supplied": "materials", "materials": "materials"}), inputs
            ), 422
        flash("已经办理" + (f"，文书 {done.letter} 正在制作。" if done.letter else "。"), "success")
        return redirect(url_for("portal.case", number=number), 303)

    def page(number: str, action: str, errors: Sequence[FieldError], typed: dict[str, Any] | None = None) -> str:
        actor = sessions.current_actor()
        with room.db.read() as tx:
            view, option = _mine(tx, room, actor, number, action)
            draft = drafts.prepared(tx, actor, view.case, action)
        at = view.at
        clock = [
            due
            for due in view.dues
            if due.state == "running" and view.case.state in at.procedure.clock[due.clock].runs_in
        ]
        gaps = [s.inputs["gaps"] for s in at.history if s.inputs.get("gaps")]
        return render_template(
            "portal/step.html",
            view=view,
            option=option,
            draft=draft,
            brings=brings(option),
            errors=errors,
            fields=questions(option.inputs, typed or {}, errors, at.pack),
            reason=request.form.get("reason", ""),
            command_id=draft.command_id if draft else new_command_id(),
            gaps=gaps[-1] if gaps else [],
            badge=components.foremost(clock, times.now()),
            required=on_record.required_materials(
                at.procedure, at.pack, by_agent=bool(view.case.inputs.get("filed_by_agent")), now=times.now()
            ),
            max_mib=room.settings.max_upload_mib,
        )

    def stale(number: str, version: int) -> str:
        with room.db.read() as tx:
            view = queries.view(tx, room.services.law, sessions.current_actor(), number, times.now())
            events = timeline.of_case(tx, view.at.procedure, view.at.pack, view.case.id, after=version)
        return render_template("portal/stale.html", view=view, events=components.timeline(events))


def _mine(tx: Connection, room: Room, actor: Actor, number: str, action: str) -> tuple[queries.CaseView, Option]:
    """The case and the subject's own option in it; NotFound when it has no such step now."""
    view = queries.view(tx, room.services.law, actor, number, times.now())
    for option in view.options:
        if option.name == action and option.mine:
            return view, option
    raise NotFound("此办件现在没有这个步骤，可能已经办理过。请回到办件查看最新情况。")
