"""My cases: the list, one case, and the receipt of a filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Connection

from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.cases import drafts, office_silence
from repairflow.casework.cases.options import Option
from repairflow.casework.documents import addressed
from repairflow.casework.documents.fields import remedies
from repairflow.casework.offices_lookup import names_by_code
from repairflow.casework.queries.cases import links, meetings, queue, timeline
from repairflow.casework.queries.cases import view as queries
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.law.condition_findings import Finding, findings
from repairflow.law.coverage import minded
from repairflow.law.guards import Done
from repairflow.law.procedure.inner_steps import inner_steps
from repairflow.law.procedure.roles import outcome_side
from repairflow.law.procedure.turns import waits_for_subject
from repairflow.web.core import acting, arguments
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal import changed_record, offered_filings
from repairflow.web.portal.credit_file import listed_subject
from repairflow.web.portal.forms import verb
from repairflow.web.shared import paper_links
from repairflow.web.ui import components, form_answers
from repairflow.web.ui.forms import FieldError

PAGE_SIZE = 20
ASKED_FOR = frozenset({"granted", "removed"})
"""Outcomes that rest on conditions: who did not get one may apply again once they are met. An objection has none."""


def cases() -> str:
    """Show one page of the visitor's cases, and the drafts that were begun."""
    here = current()
    actor = here.actor
    open_only = arguments.text("show") != "all"
    after, law, search = arguments.text("after"), here.law, arguments.text("q")
    with here.read() as tx:
        mine = subjects(tx, actor)
        chosen = listed_subject(mine)
        mine_only = None if chosen is None else queries.of_subject(chosen)
        page = queries.listing(
            tx,
            law,
            actor,
            here.today,
            queries.Wanted(where=mine_only, open_only=open_only, search=search, after=after, size=PAGE_SIZE),
        )
        without = [line.number for line in page.lines if line.closed_at is None and line.days_left is None]
        still = queue.limits(tx, without) if without else {}
        begun = drafts.unfinished(tx, actor, chosen) if not after and not search else ()
    return render_template(
        "portal/cases.html",
        rows=[line(one, still.get(one.number)) for one in page.lines],
        several=chosen is None and len(mine) > 1,
        open_only=open_only,
        after=after,
        search=search,
        next=url_for("portal.cases", after=page.next, **_kept(open_only, search)) if page.next else None,
        first=url_for("portal.cases", **_kept(open_only, search)) if after else None,
        drafts=[{"draft": d, "verb": verb(d.procedure, law.versions(d.procedure)[-1].label)} for d in begun],
    )


def _kept(open_only: bool, search: str) -> dict[str, Any]:
    """Return what of the list's address stays on its next page."""
    return {"show": None if open_only else "all", "q": search or None}


def case(number: str, wrong: Sequence[FieldError] = ()) -> str:
    """Show one case; `wrong` is what was wrong with a wish for another time of the hearing."""
    here = current()
    with here.read() as tx:
        found = _case(tx, here, number)
        booked = meetings.of_case(tx, found["view"].case, here.now)
    return render_template("portal/case.html", meetings=booked, now=here.now, wrong=wrong, typed=request.form, **found)


def receipt(number: str) -> str:
    """Show the receipt of a filing and what comes next."""
    here = current()
    with here.read() as tx:
        found = _case(tx, here, number)
    ahead = [step for step in found["path"] if step["state"] in {"now", "next"}]
    return render_template("portal/receipt.html", ahead=ahead, **found)


def steps_of(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    """Give the steps of the subject in a case, those that continue it before those that end it."""
    found = [
        {
            "name": option.name,
            "label": option.label,
            "allowed": option.open,
            "obstacles": option.obstacles,
            "brings": option.brings_materials,
            "ends": option.adverse,
        }
        for option in options
        if option.mine
    ]
    return sorted(found, key=lambda step: step["ends"])


def _case(tx: Connection, here: RequestContext, number: str) -> dict[str, Any]:
    now, law, actor = here.now, here.law, here.actor
    view = queries.view(tx, law, actor, number, now)
    acting.keep(actor, view.case.subject_id)
    at = view.at
    events = timeline.of_case(tx, at.procedure, at.pack, view.case.id, hidden=view.hidden, told_only=True)
    kinds = {one.kind: label_of(at.procedure, one.kind) for one in view.materials}
    late = view.case.closed_at is None and any(due.state != "ended" and due.is_overdue(now) for due in view.dues)
    return {
        "view": view,
        "label": at.procedure.label,
        "state": at.procedure.state[view.case.state],
        "waits": view.case.closed_at is None and waits_for_subject(at.procedure, view.case.state),
        "syncing": any("receipt" in action.on for action in at.procedure.actions_from(view.case.state).values()),
        "badge": components.foremost(view.dues, now),
        "path": components.path(at, at.history),
        "limits": components.limits(view.dues, law, at, now),
        "steps": steps_of(view.options),
        "told": form_answers.notified_facts(at) if view.case.closed_at is None else [],
        "gaps": _gaps(at.history) if view.case.closed_at is None else [],
        "events": components.timeline(
            events,
            form_answers.of_steps(at, names_by_code(tx, form_answers.offices_named(at)), inner_steps(at.procedure)),
        ),
        "links": links.links(tx, law, actor, view.case),
        "carried_out": links.carried_out(tx, view.case),
        "after": offered_filings.after(tx, here, view.case, view.record),
        "letters": components.letters(addressed.shown_to_subject(tx, view.letters), view.subject.name),
        "pushes": components.pushes(view.pushes),
        "answers": form_answers.of_filing(view),
        "kinds": kinds,
        "changed": changed_record.changed(view),
        "outcome": _outcome(view, events, remedies.reviewer_of(tx, at.pack, view.case.deciding_id)),
        "minds": minded(law.coverage, at.procedure, [step.action for step in at.history], view.case.division_code)
        if view.case.closed_at
        else (),
        "conditions": _conditions(view),
        "papers": paper_links.of_case(actor, view),
        "silent": office_silence.last_notice(tx, view.case.id) if late else None,
    }


def line(line: queries.CaseLine, still: queue.LimitRow | None) -> dict[str, Any]:
    """Return a line of the list; `still` is the limit that waits or stands still, of a case where none runs."""
    badge: dict[str, Any] | None = None
    if still is not None:
        badge = {
            "state": "paused",
            "share": 0,
            "text": f"{still.label}{components.STANDS_STILL[still.state]}",
            "day": None,
        }
    if line.closed_at is None and line.days_left is not None:
        late = line.days_left < 0
        text = (
            f"超期 {-line.days_left} 个工作日"
            if late
            else f"剩 {line.days_left} 个工作日"
            if line.days_left
            else "今天届满"
        )
        state = "late" if late else "soon" if line.days_left <= components.SOON else "ok"
        badge = {"state": state, "share": 100 if late else 0, "text": text, "day": line.due_day}
    return {"line": line, "waits": line.waits, "badge": badge, "side": outcome_side(line.outcome)}


def _gaps(history: tuple[Done, ...]) -> list[str]:
    gaps = [given for step in history if isinstance(given := step.inputs.get("gaps"), list) and given]
    return [str(line) for line in gaps[-1]] if gaps else []


def _outcome(
    view: queries.CaseView, events: tuple[timeline.TimelineEvent, ...], reviewer: Mapping[str, str] | None
) -> dict[str, Any] | None:
    """Give how the case ended, why, and which remedies remain; None while it is open."""
    at, case = view.at, view.case
    if case.closed_at is None:
        return None
    side, last = outcome_side(case.outcome), events[0]
    action = at.procedure.action.get(last.action)
    # A step of the system has no reason of its own: the decision before it has.
    explained = next((event for event in events if event.reason or event.ground), last)
    decided = explained if last.system else last
    against = side == "against"
    return {
        "label": at.procedure.state[case.state].label,
        "side": side,
        "again": side in ("against", "neutral") and any(s.outcome in ASKED_FOR for s in at.procedure.state.values()),
        "at": case.closed_at,
        "ground": decided.ground,
        "reason": decided.reason,
        "remedies": remedies.paragraphs(at.procedure, at.pack, action, view.deciding, required=True, reviewer=reviewer)
        if action is not None and (against or action.remedy)
        else [],
    }


def _decided(view: queries.CaseView) -> bool:
    """Tell whether the case is over or a decision in it was told by a letter: only receipts of platforms are waited for then."""
    steps = view.at.procedure.actions_from(view.case.state).values()
    return view.case.closed_at is not None or any("receipt" in action.on for action in steps)


def _conditions(view: queries.CaseView) -> list[dict[str, str]]:
    """Give the conditions as they were verified last, once the case is decided: before that they are an opinion among
    officers."""
    verified = [step for step in view.at.history if findings(step.inputs)]
    if not verified or not _decided(view):
        return []
    step, given = verified[-1], findings(verified[-1].inputs)
    name = next(
        (spec.choices for spec in view.at.procedure.action[step.action].inputs.values() if spec.kind == "conditions"),
        None,
    )
    found = []
    for code, item in view.at.pack.lists.get(name or "", {}).items():
        answer = given.get(code, Finding(met=False, note=""))
        found.append(
            {
                "state": "yes" if answer.met else "no",
                "label": item.label,
                "text": answer.note,
                "evidence": f"核查人 {step.actor_name}",
            }
        )
    return found
