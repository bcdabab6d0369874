"""The credit file, and one record of it."""

from __future__ import annotations

from flask import abort, make_response, render_template, request, url_for
from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.cases import drafts
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.documents import addressed
from repairflow.casework.documents.lookup import letters_of_record
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.filing.on_record import Opening
from repairflow.casework.queries.records import commitments, redress, voluntary, withdrawal_statements
from repairflow.casework.queries.records import credit_file as queries
from repairflow.casework.queries.records import evidence as evidence_queries
from repairflow.casework.queries.records.credit_file import CreditFile, RecordView, record_view, subjects
from repairflow.casework.queries.records.file_words import STATES, ended
from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.casework.subject_keys import key_of
from repairflow.errors import Problem
from repairflow.records.rows import SubjectRow
from repairflow.web.core import acting, arguments
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal import credit_file_filter, offered_filings
from repairflow.web.portal.counted_days import counted
from repairflow.web.portal.forms import NO_SUBJECT, verb
from repairflow.web.shared import record_content
from repairflow.web.ui import components
from repairflow.web.ui.forms import errors_from, wrong_of


def credit_file() -> str:
    """Show the credit file of one subject."""
    here = current()
    with here.read() as tx:
        return _credit_file(tx, here)


def evidence() -> str:
    """Show the files that the subject brought in its cases."""
    here = current()
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
        rows = evidence_queries.library(tx, here.law, here.actor, holder.id)
    return render_template("portal/evidence.html", holder=holder, rows=rows)


def record(number: str) -> str:
    """Show one record with its events, letters and the filings that are open on it."""
    return record_page(number)


def record_page(number: str, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page of one record; `problems` are those of its form."""
    here = current()
    actor, now = here.actor, here.now
    with here.read() as tx:
        view = record_view(tx, here.law, actor, number, now)
        wrong = redress.of_record(tx, view.row.id)
        events = timeline.of_record(tx, here.law, view.row.id, told_only=True)
        rows = addressed.shown_to_subject(tx, letters_of_record(tx, actor, view.row.id))
        begun = drafts.unfinished(tx, actor)
        basis = record_content.basis_of(tx, actor, view, "portal.record")
        statements = withdrawal_statements.of_record(tx, view.row.id)
        birthday = birthday_statement.standing(tx, here.services.vault, actor, view.subject.id, here.today)
    acting.keep(actor, view.subject.id)
    return render_template(
        "portal/record.html",
        redress=wrong, statements=statements,
        card=card(view, begun, everything=True),
        view=view,
        content=record_content.rows(view, here.law.packs.get(view.row.pack), basis),
        events=components.timeline(events),
        letters=components.letters(rows, view.subject.name),
        birthday=birthday, today=here.today, typed=request.form, errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip


def chosen_subject(mine: tuple[SubjectRow, ...], wanted: int | None = None) -> SubjectRow | None:
    """Give the subject wanted, else the one in the address, else the one chosen before, else the first; None for a visitor
    without a mandate. The pages that follow are in its name too."""
    actor = current().actor
    wanted = wanted or arguments.number("subject", NO_SUBJECT)
    known = {row.id: row for row in mine}
    if wanted in known:
        acting.choose(actor, wanted)
    found = known.get(wanted or 0) or known.get(acting.kept(actor) or 0) or next(iter(mine), None)
    if found is not None:
        acting.keep(actor, found.id)
    return found


def listed_subject(mine: tuple[SubjectRow, ...]) -> int | None:
    """Give the subject whose lines a list shows; None for all: of whoever speaks for one, and where all were chosen. What the
    address asks is kept for the pages that follow."""
    actor = current().actor
    if arguments.text("subject") == acting.ALL:
        acting.choose_all(actor)
    elif (wanted := arguments.number("subject", NO_SUBJECT)) is not None:
        acting.choose(actor, wanted)
        return wanted
    if len(mine) < 2 or acting.shows_all(actor):
        return None
    return acting.kept(actor) or mine[0].id


def spoken_for(tx: Connection, actor: Actor, wanted: int | None = None) -> tuple[tuple[SubjectRow, ...], SubjectRow]:
    """Give the visitor's subjects and the chosen one; who speaks for nobody gets a page that says so."""
    mine = subjects(tx, actor)
    holder = chosen_subject(mine, wanted)
    if holder is None:
        abort(make_response(render_template("portal/nobody.html")))
    return mine, holder


def _credit_file(tx: Connection, here: RequestContext) -> str:
    actor = here.actor
    _, holder = spoken_for(tx, actor)
    found = queries.credit_file(tx, here.law, actor, holder.id, here.now)
    begun = drafts.unfinished(tx, actor)
    shown = credit_file_filter.chosen(found.records, holder.id)
    return render_template(
        "portal/credit_file.html",
        holder=holder,
        stats=_stats(found),
        shown=shown,
        cards=[card(view, begun) for view in shown.records],
        standing=standing(tx, here.law, actor, holder.id),
        commitments=commitments.of_subject(tx, here.law, holder.id),
        voluntary=voluntary.of_subject(tx, here.law, holder.id, stands=False),
        key=key_of(holder),
    )


def _stats(found: CreditFile) -> list[dict[str, object]]:
    cases = url_for("portal.cases", subject=found.subject.id)

    def records(show: str) -> str:
        return url_for("portal.credit_file", subject=found.subject.id, show=show, _anchor="records")

    return [
        {"label": "公示中", "value": found.public, "unit": "条", "href": records("public")},
        {
            "label": "现在可申请修复",
            "value": found.repairable,
            "unit": "条",
            "tone": "ok" if found.repairable else "",
            "href": records("repairable"),
        },
        {"label": "办理中", "value": found.in_progress, "unit": "件", "href": cases},
        {
            "label": "待您处理",
            "value": found.waiting,
            "unit": "件",
            "tone": "warn" if found.waiting else "",
            "href": cases,
        },
    ]


TONES = {"disputed": "warn", "held": "late", "restored": "late", "masked": "accent"}
COMMON = frozenset({"repair", "objection"})
"""The usual filings: a card in the credit file offers these, the page of the record offers all."""


def card(view: RecordView, begun: tuple[drafts.Draft, ...], *, everything: bool = False) -> dict[str, object]:
    """Give a record to its card; `everything` offers the rarer procedures too."""
    row = view.row
    begun_here = {draft.procedure: draft for draft in begun if draft.record == row.number}
    return {
        "number": row.number,
        "href": url_for("portal.record", number=row.number),
        "title": row.behaviour,
        "document": row.document_number,
        "authority": view.authority.name,
        "day": row.decision_date,
        "class_label": view.class_label,
        "severity": row.severity,
        "badge": _state_badge(view),
        "bar": components.bar(view),
        "counted": counted(view),
        "never_shown": row.state == "unpublished" or row.of_person,
        "known": [c.label for c in view.conditions if c.state == "yes"],
        "needed": [c for c in view.conditions if c.state != "yes"],
        "ready": view.repairable,
        "measures": [m for m in view.measures if m.lifted_at is None],
        "cases": view.open_cases,
        "listed": view.listed is not None,
        "buttons": [
            *offered_filings.of_entry(view),
            *(
                _button(found, view, begun_here.get(found.procedure))
                for found in view.openings
                if _worth(found, view) and (everything or found.case or found.procedure in COMMON)
            ),
        ],
        "note": row.note,
    }


def _state_badge(view: RecordView) -> tuple[str, str]:
    """Tone and words of the record's state; nothing while it is simply public."""
    state = view.row.state
    if how := ended(view):
        return "ok", how
    if state == "published":
        return "", ""
    return TONES.get(state, ""), STATES.get(state, view.state_label)


def _worth(found: Opening, view: RecordView) -> bool:
    """Say whether a button is shown: nothing can be filed on a record that is neither shown nor used any more."""
    return found.open or found.case is not None or view.public or components.in_use(view.row)


def _button(found: Opening, view: RecordView, begun: drafts.Draft | None) -> dict[str, object]:
    text = verb(found.procedure, found.label)
    if found.case is not None:
        return {"text": f"查看{found.label}", "href": url_for("portal.case", number=found.case), "primary": False}
    if found.obstacles:
        wait = f"还有 {found.days} 天可申请" if found.days else f"现在不能{text}"
        return {"text": wait, "href": None, "why": "；".join(found.obstacles), "days": found.days}
    if begun is not None:
        href = url_for("portal.draft", token=begun.token)
        return {"text": f"继续{text}", "href": href, "primary": found.procedure == "repair"}
    href = url_for("portal.start", procedure=found.procedure, number=view.row.number)
    return {"text": text, "href": href, "primary": found.procedure == "repair"}
