"""The start of an enterprise (我的首页): what it must do, how it stands, and what it may apply for, in plain words."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from sqlalchemy import Connection

from repairflow.casework.cases import drafts
from repairflow.casework.queries import inbox as messages
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.cases.turn import of_subject
from repairflow.casework.queries.records import credit_file as queries
from repairflow.casework.queries.records.credit_file import CreditFile
from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal import cases as case_pages
from repairflow.web.portal.credit_file import card, spoken_for
from repairflow.web.portal.forms import verb

SHOWN = 5
"""Of each kind: what is more has its page."""


def home() -> str:
    """Show where one of the visitor's subjects stands now."""
    here = current()
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
        return _page(tx, here, holder.id)


def _page(tx: Connection, here: RequestContext, subject_id: int) -> str:
    law, actor = here.law, here.actor
    found = queries.credit_file(tx, law, actor, subject_id, here.now)
    numbers = {view.row.number: view.row.behaviour for view in found.records}
    begun = tuple(one for one in drafts.unfinished(tx, actor) if one.record in numbers)
    due = _lines(
        tx, here, case_queries.Wanted(where=of_subject(law, actor, subject_id, waits=True), open_only=True, size=SHOWN)
    )
    others = _lines(
        tx, here, case_queries.Wanted(where=of_subject(law, actor, subject_id, waits=False), open_only=True, size=SHOWN)
    )
    entries = [one for one in standing(tx, law, actor, subject_id).entries if not one.left]
    return render_template(
        "portal/home.html", holder=found.subject, found=found, due=due, others=others, entries=entries,
        drafts=[
            {"draft": one, "verb": verb(one.procedure, law.versions(one.procedure)[-1].label), "what": numbers[one.record]}
            for one in begun if one.record
        ],
        shown=[card(view, begun) for view in found.records if view.public][:SHOWN], ready=_ready(found, begun),
        later=_later(found), unread=messages.unread(tx, actor, subject_id),
    )  # fmt: skip


def _lines(tx: Connection, here: RequestContext, wanted: case_queries.Wanted) -> list[dict[str, Any]]:
    page = case_queries.listing(tx, here.law, here.actor, here.today, wanted)
    return [case_pages.line(one, None) for one in page.lines]


def _ready(found: CreditFile, begun: tuple[drafts.Draft, ...]) -> list[dict[str, Any]]:
    """Return the records whose repair may be applied for now, and where."""
    kept = {one.record: one.token for one in begun if one.procedure == "repair"}
    ready = []
    for view in found.records:
        if view.repairable:
            number = view.row.number
            href = url_for("portal.start", procedure="repair", number=number)
            if number in kept:
                href = url_for("portal.draft", token=kept[number])
            ready.append({
                "row": view.row, "authority": view.authority.name, "href": href, "begun": number in kept, "told": view.period_told,
            })  # fmt: skip
    return ready[:SHOWN]


def _later(found: CreditFile) -> list[dict[str, Any]]:
    """Return the records whose repair waits for a day, the soonest first: nothing else stands in the way."""
    waits = [
        (
            one.days,
            view.row.number,
            {"row": view.row, "days": one.days, "day": view.row.apply_from, "told": view.period_told},
        )
        for view in found.records
        for one in view.openings
        if one.procedure == "repair" and one.case is None and one.days > 0 and len(one.obstacles) == 1
    ]
    return [shown for *_, shown in sorted(waits, key=lambda one: one[:2])[:SHOWN]]
