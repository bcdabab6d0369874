"""What a decision changed of a record, as its subject reads it on the page of the case: values before and after, the letter, and
what is open against it where the record is heavier by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repairflow.casework.documents.service.remedies import remedy_paragraphs, tells_in_law
from repairflow.casework.queries.cases.view import CaseView
from repairflow.web.ui.urls import page_of


@dataclass(frozen=True, slots=True)
class Changed:
    """The corrections a letter states. `against` where the letter told reconsideration and the court: the record is heavier."""

    rows: tuple[tuple[str, str, str], ...]  # label, before, after
    against: bool
    remedies: tuple[str, ...]
    title: str
    number: str
    href: str | None


def changed(view: CaseView) -> Changed | None:
    """Return what the newest standing letter of the case that corrects something says; None where none does."""
    found = [one for one in view.letters if one.state not in ("withdrawn", "superseded") and _rows(one.content)]
    if not found:
        return None
    row = max(found, key=lambda one: one.id)
    against = tells_in_law(view.at.pack, row)
    told = tuple(remedy_paragraphs(row)) if against else ()
    rows = tuple((str(one[1]), str(one[2]), str(one[3])) for one in _rows(row.content))
    return Changed(rows, against, told, row.title, row.number, page_of(row.token))


def _rows(content: object) -> Sequence[Sequence[object]]:
    fields = content.get("fields", {}) if isinstance(content, dict) else {}
    return fields.get("corrections") or ()
