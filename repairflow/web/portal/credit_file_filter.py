"""Which records of a credit file a page shows: those of one kind of standing, those that are searched, so many at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import normalise
from repairflow.web.core import arguments

PAGE_SIZE = 20

STANDING: Mapping[str, tuple[str, Callable[[RecordView], bool]]] = {
    "all": ("全部", lambda view: view is not None),
    "repairable": ("可申请修复", lambda view: view.repairable),
    "open": ("办理中", lambda view: bool(view.open_cases)),
    "public": ("公示中", lambda view: view.public),
    "ended": ("已不公示", lambda view: not view.public),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One standing with how many records have it and where it is chosen."""

    label: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The records of one page, what may be chosen instead, and the pages beside it."""

    records: Sequence[RecordView]
    choices: Sequence[Choice]
    standing: str
    search: str
    found: int
    previous: str | None
    following: str | None
    words: str


def chosen(views: Sequence[RecordView], subject: int) -> Shown:
    """Choose what the address asks for (`show`, `q`, `page`) of a subject's records.

    Raises Invalid for a page that is no number; one beyond the last shows the last.
    """
    search, standing = arguments.text("q").strip(), arguments.text("show")
    standing = standing if standing in STANDING else "all"
    found = [view for view in views if _matches(view, search)]
    kept = [view for view in found if STANDING[standing][1](view)]

    def address(show: str, page: int) -> str:
        return url_for(
            "portal.credit_file",
            subject=subject,
            show=show if show != "all" else None,
            q=search or None,
            page=page if page > 1 else None,
        )

    last = max(1, -(-len(kept) // PAGE_SIZE))
    page = min(max(1, arguments.number("page") or 1), last)
    start = (page - 1) * PAGE_SIZE
    return Shown(
        records=kept[start : start + PAGE_SIZE],
        choices=[
            Choice(label, sum(map(test, found)), address(name, 1), name == standing)
            for name, (label, test) in STANDING.items()
        ],
        standing=standing,
        search=search,
        found=len(kept),
        previous=address(standing, page - 1) if page > 1 else None,
        following=address(standing, page + 1) if page < last else None,
        words=f"第 {start + 1}–{min(start + PAGE_SIZE, len(kept))} 条，共 {len(kept)} 条" if last > 1 else "",
    )


def _matches(view: RecordView, search: str) -> bool:
    """Tell whether the words stand in a record's numbers, conduct or authority, however brackets, widths and spaces are typed."""
    if not search:
        return True
    row = view.row
    if (key := document_key(search)) and key in document_key(row.document_number):
        return True
    wanted = normalise(search)
    return any(wanted in normalise(text or "") for text in (row.number, row.behaviour, view.authority.name))
