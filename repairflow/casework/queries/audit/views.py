"""Who looked at what, and who signed in: the newest events of the streams `views` and `sign-ins`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.access_audit import SIGN_INS, VIEWS
from repairflow.law.names import plain_words
from repairflow.records import event
from repairflow.records.rows import all_rows

MOST = 5_000
"""Events that one search goes through, the newest first."""


class _Event(NamedTuple):
    id: int
    stream: str
    at: datetime
    action: str
    actor_name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """One line: who saw which page about what, or signed in or failed to."""

    id: int
    at: str
    who: str
    action: str
    page: str
    of: str


@dataclass(frozen=True, slots=True)
class SeenPage:
    """Lines, newest first; `next` is where the next page begins, None at the end."""

    lines: tuple[Seen, ...]
    next: int | None


def seen(tx: Connection, search: str = "", before: int | None = None, size: int = 50) -> SeenPage:
    """Return the newest lines whose person, number or code holds `search`, from events older than `before`."""
    columns = (event.c[name] for name in _Event._fields)
    asked = select(*columns).where(event.c.stream.in_((VIEWS, SIGN_INS))).order_by(event.c.id.desc()).limit(MOST)
    wanted = plain_words(search)
    found: list[Seen] = []
    last = None
    for row in all_rows(tx.execute(asked if before is None else asked.where(event.c.id < before)), _Event):
        if len(found) >= size:
            return SeenPage(tuple(found), last)
        found += [one for one in _lines(row) if not search or _holds(one, wanted)]
        last = row.id
    return SeenPage(tuple(found), None)


def _holds(one: Seen, wanted: str) -> bool:
    return bool(wanted) and any(wanted in plain_words(text) for text in (one.who, one.of))


def _lines(row: _Event) -> list[Seen]:
    said = chain.content(row.body)
    if row.stream == SIGN_INS:
        who = row.actor_name if row.action == "sign_in" else ""
        return [Seen(row.id, str(said.get("at", "")), who, row.action, "", "")]
    return [
        Seen(row.id, one["at"], row.actor_name, row.action, one["page"], one["of"]) for one in reversed(said["seen"])
    ]
