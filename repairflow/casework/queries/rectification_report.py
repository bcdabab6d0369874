"""The form of a report (整改情况报告) of who must put something right: one line for each demand of the newest letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.documents.lookup import letters_of_case
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.printables import BLANK, holder, paper
from repairflow.errors import NotFound
from repairflow.letters.model import LetterData
from repairflow.letters.text.placeholders import Note
from repairflow.letters.text.templates import latest_version, template
from repairflow.records import cases
from repairflow.records.rows import LetterRow

KIND = "rectification_report"
ROOM = BLANK * 6
"""Where somebody writes by hand what was done about a demand: some lines of its column."""
ASKING = frozenset({"rectification_order", "credit_warning", "honour_review_order"})
"""Letters whose demands a subject reports on."""


def asking(letters: Iterable[LetterRow]) -> LetterRow | None:
    """Return the newest of a case's letters that demands something and was not withdrawn; one issued anew is the newer."""
    known = sorted(letters, key=lambda row: row.id, reverse=True)
    return next((row for row in known if row.kind in ASKING and row.state != "withdrawn" and _demands(row)), None)


def title() -> str:
    """Return what the form is called."""
    return template(KIND, latest_version(KIND)).name


def report(tx: Connection, actor: Actor, number: str, now: datetime) -> LetterData:
    """Return the form for a case. NotFound where the case is not the actor's to see, or nothing is demanded in it."""
    row = tx.execute(select(cases.c.id, cases.c.subject_id).where(cases.c.number == number, case_scope(actor))).first()
    asked = asking(letters_of_case(tx, actor, row.id)) if row is not None else None
    if row is None or asked is None:
        raise NotFound
    fields = {
        **holder(tx, row.subject_id).signing,
        "original_number": asked.number,
        "original_document": f"《{asked.title}》（{asked.number}）",
        "case_number": number,
        "form_lines": [Note(f"{place}. {one}", ROOM) for place, one in enumerate(_demands(asked), 1)],
    }
    return paper(KIND, fields, now)


def _demands(row: LetterRow) -> list[str]:
    return [str(one) for one in (row.content.get("fields") or {}).get("demands", ())]
