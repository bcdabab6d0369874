"""The events that say which PDF a letter became: each is found by the letter's own place in their stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select

from repairflow.auditing.chain import content, link
from repairflow.records import event, log_leaf
from repairflow.records.rows import all_rows

PRESS_STREAM = "press"


class Made(Protocol):
    """What of a letter names its event: its number, the PDF kept of it, and the place in the stream; none before it is made."""

    @property
    def number(self) -> str: ...
    @property
    def pdf_digest(self) -> str | None: ...
    @property
    def press_seq(self) -> int | None: ...


class EventLeaf(NamedTuple):
    """An event, and its place in the log where it has one."""

    stream: str
    seq: int
    prev: str
    body: bytes
    digest: str
    position: int | None

    @property
    def sound(self) -> bool:
        """Whether the event is as it was written."""
        return link(self.prev, self.body) == self.digest


columns = (*(event.c[name] for name in EventLeaf._fields[:-1]), log_leaf.c.position)
events = select(*columns).outerjoin(log_leaf, log_leaf.c.event_id == event.c.id).order_by(event.c.seq)
"""Every event with its leaf, in the order of its stream."""


def of_letters(tx: Connection, letters: Sequence[Made]) -> list[EventLeaf]:
    """Return the events that say of these letters that the PDF kept of each is theirs, in their order; none for a letter without a PDF,
    or with another than the trail names."""
    named = {row.press_seq: (row.number, row.pdf_digest) for row in letters if row.press_seq is not None}
    if not named:
        return []
    found = all_rows(
        tx.execute(events.where(event.c.stream == PRESS_STREAM, event.c.seq.in_(sorted(named)))), EventLeaf
    )
    said = ((row, content(row.body)) for row in found)
    return [row for row, told in said if (told.get("letter"), told.get("pdf")) == named[row.seq]]


def before(tx: Connection, made: Sequence[EventLeaf]) -> list[EventLeaf]:
    """Return the events of the files that these replace, and of the requests that they were made for: a lost file was made again."""
    found: list[EventLeaf] = []
    for row in made:
        one = content(row.body)
        while replaced := one.get("replaces"):
            named = [replaced["seq"], *([one["asked"]] if "asked" in one else [])]
            rows = tx.execute(events.where(event.c.stream == PRESS_STREAM, event.c.seq.in_(named)))
            of_letter = [
                part for part in all_rows(rows, EventLeaf) if content(part.body).get("letter") == one["letter"]
            ]
            found += of_letter
            first = next((part for part in of_letter if part.seq == replaced["seq"]), None)
            if first is None:
                break
            one = content(first.body)
    return sorted(found, key=lambda part: part.seq)
