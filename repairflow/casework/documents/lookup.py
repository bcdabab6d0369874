"""Files as people may see them: an uploaded material, a letter. Absent and foreign give the same answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials, told_files
from repairflow.casework.permissions import case_scope, inside_scope, letter_scope
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.records import cases, letter, list_entry, material, record, service
from repairflow.records.rows import CaseRow, LetterRow, MaterialRow, ServiceRow, all_rows, first_row, one_row


def material_for(tx: Connection, law: Library, actor: Actor, token: str) -> MaterialRow:
    """Return the row of a material the actor may see: of a case whose inside it sees, proof that a letter it may see was served, its own
    upload, or what the subject of the case is shown (`told_files`). Raises NotFound."""
    proves = (
        select(service.c.id)
        .join(letter, letter.c.id == service.c.letter_id)
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .outerjoin(record, record.c.id == letter.c.record_id)
        .where(service.c.material_id == material.c.id, letter_scope(actor))
        .correlate(material)
        .exists()
    )
    inside = and_(cases.c.id.is_not(None), inside_scope(actor))
    whole = or_(material.c.uploaded_by == actor.id, inside, proves)
    of_case = select(material).outerjoin(cases, cases.c.id == material.c.case_id).where(material.c.token == token)
    row = first_row(tx.execute(of_case.where(whole)), MaterialRow)
    if row is not None:
        return row
    row = first_row(tx.execute(of_case.where(cases.c.id.is_not(None), case_scope(actor))), MaterialRow)
    if row is None or row.case_id is None:
        raise NotFound
    case = one_row(tx.execute(select(cases).where(cases.c.id == row.case_id)), CaseRow)
    procedure = law.procedure(case.procedure, case.procedure_version)
    if not told_files.to_subject(tx, procedure, case.id)(row.kind, row.step):
        raise NotFound
    return row


def evidence_of(tx: Connection, served: ServiceRow) -> MaterialRow | None:
    """Return the proof of a service, for whoever may see its letter; None where the service needs none."""
    if served.material_id is None:
        return None
    return one_row(tx.execute(select(material).where(material.c.id == served.material_id)), MaterialRow)


def own_uploads(tx: Connection, actor: Actor, tokens: Sequence[str]) -> tuple[MaterialRow, ...]:
    """Return the materials of these tokens which the actor uploaded and no case has taken up yet, in the order they came."""
    if not tokens:
        return ()
    mine = (material.c.token.in_(tokens), *materials.unused(actor))
    return tuple(all_rows(tx.execute(select(material).where(*mine).order_by(material.c.id)), MaterialRow))


def letter_for(tx: Connection, actor: Actor, token: str) -> LetterRow:
    """Return the row of a letter of a case or a record the actor may see. Raises NotFound."""
    row = first_row(
        tx.execute(
            select(letter)
            .outerjoin(cases, cases.c.id == letter.c.case_id)
            .outerjoin(record, record.c.id == letter.c.record_id)
            .where(letter.c.token == token, letter_scope(actor))
        ),
        LetterRow,
    )
    if row is None:
        raise NotFound
    return row


def letters_of_case(tx: Connection, actor: Actor, case_id: int) -> tuple[LetterRow, ...]:
    """Return the letters of a case that the actor may see, newest first."""
    return _letters(tx, actor, letter.c.case_id == case_id)


def letters_of_record(tx: Connection, actor: Actor, record_id: int) -> tuple[LetterRow, ...]:
    """Return the letters about a record that the actor may see, of its cases and of its own life, newest first; of a list entry also
    those of the listing that made it."""
    made = select(list_entry.c.case_id).where(list_entry.c.record_id == record_id)  # what put it there: 列入决定书
    return _letters(tx, actor, or_(letter.c.record_id == record_id, letter.c.case_id.in_(made)))


def _letters(tx: Connection, actor: Actor, of: ColumnElement[bool]) -> tuple[LetterRow, ...]:
    found = (
        select(letter)
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .outerjoin(record, record.c.id == letter.c.record_id)
        .where(of, letter_scope(actor))
        .order_by(letter.c.id.desc())
    )
    return tuple(all_rows(tx.execute(found), LetterRow))
