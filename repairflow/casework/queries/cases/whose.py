"""Whose case it is, for pages that show nothing else of it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.records import subject
from repairflow.records.rows import CaseRow, SubjectRow, one_row


def subject_of(tx: Connection, case: CaseRow) -> SubjectRow:
    """Return the subject of a case."""
    return one_row(tx.execute(select(subject).where(subject.c.id == case.subject_id)), SubjectRow)
