"""Taking a step: one form becomes one command in one transaction; whatever stands against it comes back with the form."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection

from repairflow.casework.case_state import ground_findings, materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.case_state.situation import Situation, situation
from repairflow.casework.cases.options import options
from repairflow.casework.cases.preview import preview as compose_preview
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.commands import Command, Event
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.rows_by_id import subject_of
from repairflow.errors import Invalid, NotFound, Problem, Refused, Stale, TooMany
from repairflow.law.procedure import unserved
from repairflow.law.procedure.signed_paper import SIGNED_PAPER
from repairflow.letters.text.templates import FrozenText
from repairflow.web.core import form_ids
from repairflow.web.core.changing import change, rehearse
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared import form_files
from repairflow.web.staff import paper_viewer, queue_position
from repairflow.web.staff.action_form import BESIDE, Typed, Upload, read_form
from repairflow.web.staff.case_page import page
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import OWN_FIELDS


def act(number: str, action: str) -> Answer:
    """Take a step: ask first where nothing takes it back, show the form again when it is refused."""
    here, typed = current(), read_form(action)
    try:
        typed = _take_uploads(here, number, typed)
        if request.form.get("confirmed") != "yes" and (question := _confirm(here, number, typed)):
            rehearse(typed.command(number, here.actor), form_ids.sent(Entry.DESK, typed.command_id))
            return make_response(question)
        made = change(typed.command(number, here.actor), form_ids.sent(Entry.DESK, typed.command_id))
    except Stale:
        # The form goes on from where the case now stands, as a new command.
        viewer = paper_viewer.opened(here, number)
        with here.read() as tx:
            again = replace(typed, command_id=new_command_id())
            shown = page(tx, here, number, typed=again, stale=True, viewer=viewer)
        return make_response(shown, 409)
    except (Refused, Invalid) as error:
        viewer = paper_viewer.opened(here, number)
        with here.read() as tx:
            shown = page(tx, here, number, typed=typed.refused(error), viewer=viewer)
        return make_response(shown, 422)
    try:
        with here.read() as tx:
            flash(_done(tx, here, made), "success")
    except NotFound:  # the step gave the case to another office, and this one sees it no more
        flash(f"已办理：办件 {made.case} 已经移送，此后由接收单位办理。", "success")
        return redirect(url_for("desk.queue"), 303)
    return redirect(url_for("desk.case", number=number, looked=queue_position.carried()["looked"]), 303)


def revise(number: str, action: str) -> str:
    """Back from the question to the form, as it was filled in."""
    here, typed = current(), read_form(action)
    viewer = paper_viewer.opened(here, number)
    with here.read() as tx:
        return page(tx, here, number, typed=typed, viewer=viewer)


def preview(number: str, action: str) -> str:
    """Show the letter a step would issue."""
    here, typed = current(), read_form(action)
    with here.read() as tx:
        at = _situation(tx, here, number)
        try:
            text = _preview(tx, here, at, typed)
        except Invalid as error:
            return render_template("desk/preview.html", text=None, error=error)
    return render_template("desk/preview.html", text=text, error=None)


def _situation(tx: Connection, here: RequestContext, number: str) -> Situation:
    return situation(tx, here.law, case_queries.visible(tx, here.actor, number), here.today)


def _preview(tx: Connection, here: RequestContext, at: Situation, typed: Typed) -> FrozenText:
    command = Command(
        at.case.number,
        typed.action,
        here.actor,
        UNCLAIMED,
        None,
        typed.reason or None,
        typed.ground or None,
        typed.given,
    )
    return compose_preview(tx, here.services, at, command, here.now)


def _confirm(here: RequestContext, number: str, typed: Typed) -> str | None:
    """Return the page that asks before a step that nothing takes back, with the letter it issues; None where nothing is to be asked.

    What does not go anyway (not open, stale, faulty) is not asked about: perform says why.
    """
    with here.read() as tx:
        at = _situation(tx, here, number)
        option = next((o for o in options(tx, here.law, at, here.actor, here.now) if o.name == typed.action), None)
        if option is None or not option.irrevocable or not option.open or at.case.version != typed.version:
            return None
        if typed.ground in option.denied and option.denied[typed.ground].contradicted:
            return None
        try:
            text = _preview(tx, here, at, typed) if option.letter else None
        except Invalid:
            return None
        whose = subject_of(tx, at.case.subject_id)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS]
    for name, file in typed.uploads.items():
        kept += [(f"kept.{name}.token", file.token), (f"kept.{name}.file_name", file.file_name)]
    to = at.procedure.action[typed.action].to
    twice = ground_findings.repeated(at, typed.action, typed.ground or None, typed.reason)
    return render_template(
        "desk/confirm.html", number=number, whose=whose, at=at, option=option, text=text, kept=kept, typed=typed, twice=twice,
        carried=queue_position.carried(),
        until_served=unserved.issues_to_be_served(at.procedure, typed.action)
        and not unserved.lasting(at.procedure, typed.action, at.case.state),
        outcome=at.procedure.state[to or at.case.state].label, ends=at.procedure.state[to or at.case.state].final,
    )  # fmt: skip


def _take_uploads(here: RequestContext, number: str, typed: Typed) -> Typed:
    """Return the form with its files received, in a transaction of their own: a refused step does not lose them.

    Raises Invalid, naming the field, for a file that is none of ours.
    """
    files = {name: file for name, file in request.files.items() if file.filename}
    if not files:
        return typed
    with here.read() as tx:
        at = _situation(tx, here, number)
    spec = at.procedure.action.get(typed.action)
    taken: dict[str, Upload] = {**typed.uploads}
    for name, file in files.items():
        kind = name.removeprefix(BESIDE)
        known = spec is not None and (
            kind in at.procedure.material
            if name.startswith(BESIDE)
            else name == SIGNED_PAPER or (name in spec.inputs and spec.inputs[name].kind == "material")
        )
        if not known:
            raise Invalid("此步骤没有这一项，请去掉。", [Problem(name, "此步骤没有这一项，请去掉")])
        try:
            token = form_files.keep(here, here.actor, SentFile(kind, file.filename or "", file.read()))
        except (Invalid, TooMany) as error:
            raise Invalid(error.message, [Problem(name, f"“{file.filename}”：{error.message}")]) from None
        taken[name] = Upload(token, materials.shown_name(file.filename or ""))
    return replace(typed, uploads=taken)


def _done(tx: Connection, here: RequestContext, made: Event) -> str:
    """Return what is said after a step."""
    case = case_queries.visible(tx, here.actor, made.case)
    procedure = here.law.procedure(case.procedure, case.procedure_version)
    label = procedure.action[made.action].label
    if made.replayed:
        return f"“{label}”此前已经办理，没有重复办理。"
    text = f"已办理：{label}。办件现为“{procedure.state[case.state].label}”。"
    return text + (f"已制发文书 {made.letter}。" if made.letter else "")
