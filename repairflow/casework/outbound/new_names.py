"""What platforms are told where the subject of what they show bears another name, or is succeeded by another."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.outbound import act_pushes, pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.procedure.library import Library
from repairflow.records import record
from repairflow.records.rows import RecordRow, all_rows


def push_subject(tx: Connection, law: Library, subject_id: int, cause: Cause, but: int | None = None) -> int:
    """Tell those who show records and administrative acts that every shown one of a subject (not the record `but`) bears another
    name; gives how many rows wait."""
    shown = (
        record.c.subject_id == subject_id,
        record.c.state.in_((*PUBLIC_STATES, "masked")),
        record.c.id != (but or 0),
    )
    tx.execute(update(record).where(*shown).values(version=record.c.version + 1))
    rows = all_rows(tx.execute(select(record).where(*shown).order_by(record.c.id)), RecordRow)
    told = sum(
        pushes.push_record(tx, law, row, Change((), row.state, row.state, True), cause, mark=row.number) for row in rows
    )
    return told + act_pushes.push_renamed(tx, subject_id, cause)
