"""Letters that platforms were told of and that are no longer what they were: corrected, issued anew, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import outbox
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.records import cases, record, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import CaseRow, LetterRow, RecordRow, first_row, one_row

WORDS = {"corrected": "corrected", "replaced": "reissued"}
"""What the trail calls the taking of a letter's place, and what messages call it."""


class New(NamedTuple):
    """The letter in its place."""

    number: str
    digest: str


def push(tx: Connection, old: LetterRow, change: str, new: New | None, event: str, now: datetime) -> int:
    """Tell those whom a message named the letter to what became of it; gives how many rows wait.

    A letter of no case, or one that no message named, concerns no platform.
    """
    if old.case_id is None:
        return 0
    case = one_row(tx.execute(select(cases).where(cases.c.id == old.case_id)), CaseRow)
    row = first_row(tx.execute(select(record).where(record.c.id == case.record_id)), RecordRow)
    told = _told(tx, old)
    if row is None or not told:
        return 0
    payload = {
        **pushes.about_record(tx, row, event), "case_no": case.number, "doc_no": old.number, "doc_hash": old.text_digest,
        "change": change, "changed_at": now, "new_doc_no": new.number if new else None,
        "new_doc_hash": new.digest if new else None,
    }  # fmt: skip
    cause = Cause(event, now, case)
    wanted = [cause.push(to, "letter_change", payload, About(row.number, row.id)) for to in told]
    return outbox.add(tx, now, *wanted)


def _told(tx: Connection, old: LetterRow) -> list[To]:
    """Return the targets in use that a message of the letter's case named it to, whether they have it yet or not."""
    rows = tx.execute(
        select(target.c.id, target.c.code, target.c.takes, outbox_rows.c.payload)
        .join(outbox_rows, outbox_rows.c.target_id == target.c.id)
        .where(outbox_rows.c.case_id == old.case_id, outbox_rows.c.topic == "push", target.c.active)
        .order_by(target.c.id)
    )
    named = {
        row.id: To(row.id, row.code, row.takes)
        for row in rows
        if old.number in (row.payload.get("decision_doc_no"), row.payload.get("new_doc_no"))
    }
    return list(named.values())
