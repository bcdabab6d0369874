"""Where a case stands in the queue as it was looked at, so that the next one is a press away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from repairflow.casework.queries.cases import queue_filter
from repairflow.web.core import arguments
from repairflow.web.core.context import RequestContext
from repairflow.web.staff import queue_view


@dataclass(frozen=True, slots=True)
class Beside:
    """The cases before and after this one; addresses, empty where there is none. `words` say where it stands."""

    words: str
    queue: str
    previous: str
    following: str


def carried() -> dict[str, Any]:  # as url_for takes them
    """Return what the address of a case says besides the case: how the queue was looked at, and what lies beside the form. The forms of
    the page carry it on, so that a refused one comes back to the same place."""
    return {"looked": arguments.text("looked", queue_view.LONGEST) or None} | {
        name: arguments.text(name) or None for name in ("paper", "page", "zoom")
    }


def beside(tx: Connection, here: RequestContext, number: str) -> Beside | None:
    """Return the neighbours of a case in the view that its address carries (`looked`), else in the whole queue; None where nothing
    waits.
    """
    looked = arguments.text("looked", queue_view.LONGEST)
    view = queue_view.of_query(tx, looked, here.actor)
    where = queue_filter.condition(here.law, here.actor, here.today, view.wanted)
    found = queue_filter.position(tx, here.actor, where, view.order, number)
    if not found.total or (found.index is not None and found.total == 1):
        return None
    kept = view.query or None

    def to(case: str) -> str:
        return url_for("desk.case", number=case, looked=kept) if case else ""

    words = f"第 {found.index} 件，共 {found.total} 件" if found.index else f"待办还有 {found.total} 件"
    return Beside(words, view.address(), to(found.previous), to(found.following))
