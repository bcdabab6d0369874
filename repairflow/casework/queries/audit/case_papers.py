"""What an auditor sees beside the history of a case: its subject, its deciding office, its letters and their files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, select

from repairflow.casework.documents import rendering_job
from repairflow.file_store.port import FileStore
from repairflow.records import letter, material, office, subject
from repairflow.records.rows import CaseRow, LetterRow, OfficeRow, SubjectRow, all_rows, one_row


@dataclass(frozen=True, slots=True)
class CasePapers:
    """Rows of one case."""

    subject: SubjectRow
    deciding: OfficeRow
    letters: Sequence[LetterRow]


def of_case(tx: Connection, case: CaseRow) -> CasePapers:
    """Read what belongs to a case; its letters in the order they were issued."""
    return CasePapers(
        one_row(tx.execute(select(subject).where(subject.c.id == case.subject_id)), SubjectRow),
        one_row(tx.execute(select(office).where(office.c.id == case.deciding_id)), OfficeRow),
        all_rows(tx.execute(select(letter).where(letter.c.case_id == case.id).order_by(letter.c.id)), LetterRow),
    )


def materials(tx: Connection, case: CaseRow) -> list[tuple[str, str]]:
    """Kind and digest of each material of a case, in the order they came."""
    asked = select(material.c.kind, material.c.digest).where(material.c.case_id == case.id).order_by(material.c.id)
    return [(row.kind, row.digest) for row in tx.execute(asked)]


def pdf_files(tx: Connection, letters: FileStore, case_id: int) -> dict[str, bytes]:
    """Return the PDF files of a case's letters that are there, by document number."""
    rows = tx.execute(
        select(letter.c.number, letter.c.token).where(letter.c.case_id == case_id, letter.c.pressed_at.is_not(None))
    )
    found: dict[str, bytes] = {}
    for row in rows:
        with suppress(FileNotFoundError):
            found[row.number] = letters.read(rendering_job.name_of(row.token))
    return found
