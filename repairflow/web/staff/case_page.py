"""One case on one page: where it stands, what may be done, and everything one needs to know for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import current_app, render_template, url_for
from markupsafe import Markup
from sqlalchemy import Connection

from repairflow.casework.cases import (
    asked_steps,
    designation_objections,
    hearing_result,
    informant,
    note_readers,
    priority,
    recall,
    rerouting,
)
from repairflow.casework.cases.effects import transfers
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.documents import addressed
from repairflow.casework.offices_lookup import names_by_code
from repairflow.casework.permissions import may_note, post_in, sees_inside
from repairflow.casework.queries.cases import links, meetings, notes
from repairflow.casework.queries.cases import trail as trail_queries
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.cases.view import CaseView
from repairflow.casework.queries.filing.for_officers import filable, fits
from repairflow.casework.queries.records import credit_file, lists_and_interviews, means
from repairflow.errors import NotFound
from repairflow.law.coverage import minded
from repairflow.law.means import STATES
from repairflow.law.procedure.inner_steps import inner_steps
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.paths import after_waiting
from repairflow.law.procedure.roles import role_side
from repairflow.web.core.context import RequestContext, current
from repairflow.web.shared import paper_links
from repairflow.web.shared.diagrams import diagram
from repairflow.web.staff import assignees, case_sections, meeting_form, new_case, paper_viewer, queue_position, undo
from repairflow.web.staff.action_form import Typed
from repairflow.web.staff.action_panel import panel
from repairflow.web.staff.paper_viewer import Viewer
from repairflow.web.ui import components, form_answers
from repairflow.web.ui.forms import FieldError


class SideForm(NamedTuple):
    """A form of the page besides its steps that was refused: what is wrong with it, and what was typed."""

    wrong: Sequence[FieldError]
    typed: Mapping[str, str]


def case(number: str) -> str:
    """Show one case."""
    here = current()
    viewer = paper_viewer.opened(here, number)
    with here.read() as tx:
        return page(tx, here, number, viewer=viewer)


def page(
    tx: Connection,
    here: RequestContext,
    number: str,
    *,
    typed: Typed | None = None,
    stale: bool = False,
    side: SideForm | None = None,
    viewer: Viewer | None = None,
) -> str:
    """Return the page of a case; `typed` is a form that was refused or came too late, shown as it was sent; `side` is another
    form of the page that was refused (转办, 优先办理, 备注, 撤回决定), `viewer` a material beside the form. The window that took the
    case in for other offices reads what the subject reads. Raises NotFound."""
    law, actor, now = here.law, here.actor, here.now
    wrong = side.wrong if side is not None else ()
    view = case_queries.view(tx, law, actor, number, now)
    at, inside = view.at, sees_inside(actor, view.case)
    seen = typed.version if typed else view.case.version
    return render_template(
        "desk/case.html",
        view=view,
        case=view.case,
        procedure=at.procedure,
        pack=at.pack,
        due=components.foremost(view.dues, now),
        path=components.path(at, at.history),
        waited_out=_waited_out(view),
        panel=panel(view, law, typed, _receivers(tx, view), meeting_form.offered(tx, actor, view)),
        typed=typed,
        viewer=viewer,
        passing=_passing(tx, here, view),
        beside=queue_position.beside(tx, here, number),
        lane=_lane(here, view),
        wrong={error.field: error.text for error in wrong},
        wrong_list=wrong,
        other=side.typed if side is not None else {},
        late=stale,
        leftover=_leftover(view, typed),
        stale=trail_queries.trail(tx, law, at, after=seen, hidden=None if inside else view.hidden) if stale else (),
        claims=case_sections.claims(view),
        materials=case_sections.materials(view),
        record=_record(tx, here, view),
        letters=case_sections.letters(view.letters if inside else addressed.shown_to_subject(tx, view.letters)),
        papers=paper_links.of_case(actor, view),
        pushes=case_sections.pushes(view.pushes),
        may_push="oversight.pushes" in current_app.view_functions and actor.has_role("supervisor", "head"),
        **_steps_taken(tx, law, view, inside=inside),
        serve=case_sections.to_serve(view, actor),
        standing=lists_and_interviews.of_case(tx, law, actor, view.case),
        notes=notes.notes(tx, actor, view.case) if may_note(actor, view.case) else None,
        **_inner_cards(tx, here, view),
        links=links.links(tx, law, actor, view.case),
        after=_after(tx, here, view),
        minds=_minds(law, view),
        on_record=_on_record(here, view),
        limits=components.limits(view.dues, law, at, now),
        diagram=_diagram(view),
    )


def _waited_out(view: CaseView) -> str:
    """Return the state in which the case goes on by itself when a time that is waited out is over; '' where nothing is waited out."""
    ahead = after_waiting(view.at.procedure, view.case.state)
    return view.at.procedure.state[ahead].label if ahead else ""


def _steps_taken(tx: Connection, law: Library, view: CaseView, *, inside: bool) -> dict[str, object]:
    """Return the trail, what the form of each step held, what the last one said to whoever comes next, and what was found of conditions;
    without what offices wrote for themselves for who does not see inside."""
    trail = trail_queries.trail(tx, law, view.at, hidden=None if inside else view.hidden)
    untold = () if inside else inner_steps(view.at.procedure)
    answers = form_answers.of_steps(view.at, names_by_code(tx, form_answers.offices_named(view.at)), untold)
    said = case_sections.last_said(view, trail, answers) if view.case.closed_at is None and inside else None
    return {
        "trail": trail, "form_inputs": answers, "said": said,
        "conditions": case_sections.conditions(view) if inside else (),
        "checks": case_sections.checks(view) if inside else (),
    }  # fmt: skip


def _minds(law: Library, view: CaseView) -> tuple[str, ...]:
    """Return what a closed case shows of articles that no file can express."""
    if not view.case.closed_at:
        return ()
    steps = [step.action for step in view.at.history]
    return minded(law.coverage, view.at.procedure, steps, view.case.division_code)


def _diagram(view: CaseView) -> Markup:
    """Return the picture of the procedure, with the way this case went."""
    drawn = diagram(view.at.procedure).svg([step.action for step in view.at.history], view.case.state)
    return Markup(drawn)  # noqa: S704 - drawn by law.diagram, which escapes every text


def _inner_cards(tx: Connection, here: RequestContext, view: CaseView) -> dict[str, object]:
    """Return who sees to the case, and what the form for a note needs: who reads the notes, whether the visitor writes, and whom it
    offers to name. Of more people than one can choose from none is offered: their names are typed."""
    writes = note_readers.writes_as(here.actor, view.case) is not None
    most = note_readers.OFFERED
    done = {step.action for step in view.at.history}
    found = note_readers.colleagues(tx, here.actor, view.case, here.today, most + 1) if writes else ()
    booked = meetings.of_case(tx, view.case, here.now)
    return {
        "looked": queue_position.carried()["looked"],
        "undo": undo.offer(tx, here, view),
        "recallable": undo.recallable(tx, here, view), "longest_recall": recall.LONGEST,
        "asked": () if view.case.closed_at else asked_steps.asked(view.at.procedure, view.case.inputs, done),
        "objections": designation_objections.of_case(tx, view.case),
        "objecting": _objecting(view),
        "meetings": booked,
        "act_words": case_sections.act_words(view),
        "may_record": bool(booked) and hearing_result.to_record(tx, here.actor, view.case, here.now) is not None,
        "may_book": post_in(here.actor, view.case.deciding_id) is not None and view.case.closed_at is None,
        "assignment": assignees.parts(tx, here, view), "note_readers": note_readers.READ_BY,
        "named": informant.is_sealed(tx, view.case.id), "may_note": writes, "many_colleagues": len(found) > most,
        "colleagues": found if len(found) <= most else (),
    }  # fmt: skip


def _objecting(view: CaseView) -> tuple[str, str] | None:
    """Return which step registers an objection to what is being published, and who takes it; None where the case has none now."""
    found = view.at.procedure.actions_from(view.case.state).get(designation_objections.OBJECT)
    if found is None:
        return None
    return found.label, "、".join(view.at.procedure.actor[role] for role in found.by if role_side(role) == "office")


def _passing(tx: Connection, here: RequestContext, view: CaseView) -> list[tuple[str, str]] | None:
    """Return the offices to which the case may be passed on; None where it need not be, or is not the visitor's to pass on."""
    case = view.case
    if not (rerouting.may_reroute(here.actor, case) and rerouting.stuck(tx, here.law, case)):
        return None
    return [(row.code, row.name) for row in rerouting.goals(tx, here.law, case)]


def _receivers(tx: Connection, view: CaseView) -> list[tuple[str, str]]:
    """Return the offices to which a step of the visitor's may transfer the case; of the record's own first."""
    if not any(option.mine and option.open and "to_office" in option.inputs for option in view.options):
        return []
    found = transfers.receivers(tx, view.at.procedure, view.case)
    owner = (
        view.record.authority_id
        if view.record is not None
        else view.at.act.office_id
        if view.at.act is not None
        else None
    )
    return [(row.code, row.name) for row in sorted(found, key=lambda row: row.id != owner)]


def _lane(here: RequestContext, view: CaseView) -> list[tuple[str, str]]:
    """Return the grounds of the priority lane, for who may put the case there."""
    case = view.case
    return list(priority.GROUNDS.items()) if case.closed_at is None and priority.prefers_as(here.actor, case) else []


def _record(tx: Connection, here: RequestContext, view: CaseView) -> dict[str, object] | None:
    """Return the record's facts; an officer of a case always sees the record it is about."""
    if view.record is None:
        return None
    try:
        found = credit_file.record_view(tx, here.law, here.actor, view.record.number, here.now)
    except NotFound:
        return None
    row = found.row
    others = [c for c in found.cases if c.number != view.case.number]
    return {
        "view": found,
        "row": row,
        "class_label": found.class_label,
        "class_reason": found.class_reason,
        "bar": components.bar(found),
        "others": others,
        "means": means.of_record(tx, here.law, row.id),
        "means_states": STATES,
        "birthday": birthday_statement.standing(tx, here.services.vault, here.actor, row.subject_id, here.today),
        "penalties": "、".join(
            view.at.pack.penalty[k].label if k in view.at.pack.penalty else k for k in row.penalty_kinds
        ),
    }


def _after(tx: Connection, here: RequestContext, view: CaseView) -> list[dict[str, object]]:
    """Return what this officer may begin after the closed case (复核、撤销修复、复议诉讼登记), and what stands in the way."""
    known = filable(here.law, here.actor, here.today)
    channels = {found.procedure.procedure: found.channel for found in known}
    procedures = [found.procedure for found in known]
    return [
        {
            "label": found.procedure.label,
            "obstacles": found.obstacles,
            "case": found.case,
            "href": url_for(
                "desk.new_form", channel=channels[found.procedure.procedure], procedure=found.procedure.procedure,
                key=view.case.number,
            ),
        }
        for found in links.sequels(tx, here.law, here.actor, view.case, view.record, procedures, here.now)
    ]  # fmt: skip


def _on_record(here: RequestContext, view: CaseView) -> list[tuple[str, str]]:
    """Titles and addresses of what this officer may begin on the case's record."""
    if view.record is None:
        return []
    return [
        (
            new_case.title(found.procedure, found.channel),
            url_for(
                "desk.new_form", channel=found.channel, procedure=found.procedure.procedure, key=view.record.number
            ),
        )
        for found in filable(here.law, here.actor, here.today)
        if found.procedure.subject == "record" and fits(found.procedure, view.at.pack, view.record, here.now)
    ]


def _leftover(view: CaseView, typed: Typed | None) -> str:
    """Return what was typed into a form that the page no longer shows, so that it can be copied."""
    if typed is None or any(option.name == typed.action and option.open for option in view.options):
        return ""
    lines = [typed.reason]
    for value in typed.inputs.values():
        lines.append("\n".join(_texts(value)))
    return "\n".join(line for line in lines if line.strip())


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    return [str(value)] if str(value) not in {"", "yes", "no"} else []
