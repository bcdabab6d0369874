"""The subject's steps in a case: supplement, withdrawal, and what else its procedure allows."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.cases import drafts
from repairflow.casework.cases.options import Option
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.commands import Command
from repairflow.casework.dispatch import dispatch
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.cases import view as queries
from repairflow.casework.queries.filing import on_record
from repairflow.errors import Invalid, NotFound, Refused, Stale
from repairflow.law.guards.demanded_inputs import sometimes_demanded
from repairflow.law.procedure.channels import BEGUN_BY_OFFICES
from repairflow.web.core import acting, form_ids
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal.filing import uploads
from repairflow.web.portal.forms import faults, questions
from repairflow.web.ui import components, form_answers
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import FieldError, inputs_from, seen_version


def step(number: str, action: str) -> str:
    """Show the form of a step."""
    return page(number, action, ())


def step_upload(number: str, action: str) -> AnyResponse | tuple[str, int]:
    """Keep files for a step and show its form again."""
    here = current()
    actor, now = here.actor, times.now()
    with here.read() as tx:
        _, option = _mine(tx, here, number, action)
    if not option.brings_materials:
        raise NotFound
    found = uploads.check_files(here, option.materials)
    with here.begin() as tx:
        view, option = _mine(tx, here, number, action)
        if not option.brings_materials:
            raise NotFound
        case = view.case
        token = drafts.begin(
            tx, actor, procedure=case.procedure, record_id=case.record_id, case_id=case.id, action=action, now=now
        )
        errors = uploads.take(tx, here, drafts.read(tx, actor, token), option.materials, found)
    if errors:
        return page(number, action, errors), 422
    return redirect(url_for("portal.step", number=number, action=action), 303)


def take(number: str, action: str) -> AnyResponse | tuple[str, int]:
    """Take the step and go to the case; show the form again with all faults, or what changed meanwhile."""
    here = current()
    actor, version = here.actor, seen_version(request.form)
    inputs: dict[str, object] = inputs_from(request.form)
    try:
        with here.begin() as tx:
            case = queries.visible(tx, actor, number)
            draft = drafts.prepared(tx, actor, case, action)
            command = Command(
                case=number,
                action=action,
                actor=actor,
                command_id=UNCLAIMED,
                expected_version=version if version is not None else -1,  # a form always says what it saw
                reason=request.form.get("reason", "").strip() or None,
                inputs=inputs,
                materials=draft.tokens if draft else (),
            )
            done = dispatch(tx, here.services, command, times.now(), form_ids.sent(Entry.PORTAL))
            if draft is not None:
                drafts.end(tx, actor, draft.token, number, times.now())
    except Stale:
        return stale(number, version or 0), 409
    except (Refused, Invalid) as error:
        return page(
            number, action, faults(error, {"new_material_supplied": "materials", "materials": "materials"}), inputs
        ), 422
    flash("已经办理" + (f"，文书 {done.letter} 正在制作。" if done.letter else "。"), "success")
    return redirect(url_for("portal.case", number=number), 303)


def page(number: str, action: str, errors: Sequence[FieldError], typed: dict[str, object] | None = None) -> str:
    """Show the form of a step with what was typed and what is wrong. NotFound when the step is not open."""
    here = current()
    with here.read() as tx:
        view, option = _mine(tx, here, number, action)
        draft = drafts.prepared(tx, here.actor, view.case, action)
    acting.keep(here.actor, view.case.subject_id)
    at = view.at
    required = on_record.required_materials(
        at.procedure,
        at.pack,
        by_agent=bool(view.case.inputs.get("filed_by_agent")),
        now=here.now,
        signed=bool(view.case.inputs.get(SIGNATURE)),
    )
    clock = [
        due for due in view.dues if due.state == "running" and view.case.state in at.procedure.clock[due.clock].runs_in
    ]
    gaps = [s.inputs["gaps"] for s in at.history if s.inputs.get("gaps")]
    return render_template(
        "portal/step.html",
        view=view,
        option=option,
        draft=draft,
        brings=option.brings_materials,
        errors=errors,
        fields=questions(
            option.inputs, typed or {}, errors, at.pack, sometimes_demanded(at.procedure, at.procedure.action[action])
        ),
        reason=request.form.get("reason", ""),
        command_id=draft.command_id if draft else new_command_id(),
        gaps=gaps[-1] if gaps else [],
        asked=form_answers.of_filing(view) if view.case.channel in BEGUN_BY_OFFICES else [],
        follows=_follows(view, action),
        badge=components.foremost(clock, here.now),
        kinds=at.procedure.takes(action, required),
        max_mib=here.settings.max_upload_mib,
    )


def _follows(view: queries.CaseView, action: str) -> str:
    """Return what a step that asks for nothing brings about: who presses it has nothing else to go by."""
    spec = view.at.procedure.action[action]
    if spec.to is None or spec.to == view.case.state or spec.inputs or spec.reason or spec.materials:
        return ""
    return f"确认以后办件转入“{view.at.procedure.state[spec.to].label}”，这一步不能撤回。"


def stale(number: str, version: int) -> str:
    """Show what happened in the case after `version`."""
    here = current()
    with here.read() as tx:
        view = queries.view(tx, here.law, here.actor, number, here.now)
        events = timeline.of_case(
            tx, view.at.procedure, view.at.pack, view.case.id, after=version, hidden=view.hidden, told_only=True
        )
    return render_template("portal/stale.html", view=view, events=components.timeline(events))


def _mine(tx: Connection, here: RequestContext, number: str, action: str) -> tuple[queries.CaseView, Option]:
    """Give the case and the subject's option in it. NotFound when the step is not open now."""
    view = queries.view(tx, here.law, here.actor, number, here.now)
    for option in view.options:
        if option.name == action and option.mine:
            return view, option
    raise NotFound("此办件现在没有这个步骤，可能已经办理过。请回到办件查看最新情况。")
