"""What the page of verification tells of rows beside the letter's own (service, record, case, subject), held against what the program
wrote: who changes one of them by hand forges the page as who changes the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from repairflow.auditing import chain, row_proof
from repairflow.casework.event_names import EventName
from repairflow.records import event

TOLD_OF: Mapping[str, frozenset[str]] = {
    "cases": frozenset({"subject_id", "record_id", "confidential", "procedure"}),
    "record": frozenset({"subject_id", "annulled_at"}),
    "subject": frozenset({"name", "kind", "uscc"}),
}
"""By table what of a row the page tells, or chooses by it what it tells."""


class Beside(NamedTuple):
    """The rows beside a letter that its page tells of, by their ids, and the day from which it counts as served."""

    case_id: int | None
    record_ids: frozenset[int]  # the one it is about, and its own
    subject_id: int | None
    served_on: date | None


def as_written(tx: Connection, row: Row[Any], beside: Beside) -> bool:
    """Tell whether these rows are as the program last wrote them, and the letter was served, or was not, as its trail says."""
    named = [("cases", beside.case_id), *(("record", one) for one in beside.record_ids), ("subject", beside.subject_id)]
    return (
        all(_proved(tx, table, row_id) for table, row_id in named if row_id is not None)
        and _served_on(tx, row) == beside.served_on
    )


def noted_of(tx: Connection, row: Row[Any], *actions: EventName) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield the events of these names about the letter, in the trail of its case or record, newest first: each with what it says."""
    stream = chain.case_stream(row.case_number) if row.case_number else chain.record_stream(row.record_number or "")
    noted = select(event.c.at, event.c.action, event.c.body).where(
        event.c.stream == stream, event.c.action.in_(actions)
    )
    for one in tx.execute(noted.order_by(event.c.seq.desc())):
        said = chain.content(one.body)
        about = said.get("letter")
        if isinstance(about, dict) and about.get("number") == row.number:
            yield one, said


def _proved(tx: Connection, table: str, row_id: int) -> bool:
    return all(
        fault.field is not None and fault.field not in TOLD_OF[table]
        for fault in row_proof.prove_row(tx, table, row_id)
    )


def _served_on(tx: Connection, row: Row[Any]) -> date | None:
    """Return the day from which the letter counts as served, as its trail says; None where it was not, or that was taken back."""
    newest = next(noted_of(tx, row, EventName.SERVED, EventName.SERVICE_WITHDRAWN), None)
    if newest is None or newest[0].action != EventName.SERVED:
        return None
    return date.fromisoformat(str(newest[1]["effective_day"]))
