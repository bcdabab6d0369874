"""What guards of lists may look at of the subject itself: its documents on file, who answers for it, what it did since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, func, or_, select

from repairflow.casework.case_state.beyond_last_day import since
from repairflow.casework.case_state.withdrawal_statements import was_public
from repairflow.law.document_keys import document_key
from repairflow.law.guards import Facts, FiledDocument
from repairflow.law.guards.lists_and_interviews import latest
from repairflow.law.procedure.model import GuardUse
from repairflow.law.procedure.packs import RulePack
from repairflow.records import cases, letter, linked_person, list_entry, office, record, service
from repairflow.records.rows import RecordRow

LISTS = frozenset({
    "basis_document_matches", "linked_person_named", "no_new_dishonesty", "kept_clean", "ladder_walked",
    "favourable_entry_stands", "favourable_entry_gone",
})  # fmt: skip
"""Guards that look at these: others spare the queries."""
PUBLIC = frozenset({"change_of_penalty_dated", "withdrawal_explained", "withdrawal_due", "withdrawn_before_hearing"})
MOST = 20
TOOK_PART = ("commitment_registered", "interview_record")
"""Letters about what the subject itself did: whether they were served does not matter."""


def of_subject(
    tx: Connection, known: Facts, guards: Iterable[GuardUse], subject_id: int | None, row: RecordRow | None
) -> Facts:
    """Return the facts with what these guards look at of the subject, and of whether its record was ever public; unchanged where none
    does.
    """
    uses = {use.guard for use in guards}
    if uses & PUBLIC and row is not None and known.record is not None:
        known = replace(known, record=replace(known.record, was_public=was_public(tx, row)))
    if not uses & LISTS or subject_id is None:
        return known
    if "basis_document_matches" in uses:
        known = replace(known, documents=documents(tx, subject_id, str(latest(known, "basis_number") or "")))
    if "linked_person_named" in uses:
        people = select(func.count(linked_person.c.person_id.distinct())).where(
            linked_person.c.subject_id == subject_id, linked_person.c.until.is_(None)
        )
        known = replace(known, answerable=int(tx.execute(people).scalar_one()))
    if "no_new_dishonesty" in uses and row is not None:
        known = replace(known, new_dishonesty=since(tx, row))
    if "kept_clean" in uses:
        known = replace(known, last_dishonesty=last_dishonesty(tx, subject_id))
    if "ladder_walked" in uses:
        known = replace(known, rungs=rungs(tx, known.pack, subject_id))
    if not uses.isdisjoint(("favourable_entry_stands", "favourable_entry_gone")):
        known = replace(known, entry_stands=entry_stands(tx, [one.number for one in known.linked if one.opened_this]))
    return known


def entry_stands(tx: Connection, listings: list[str]) -> bool:
    """Tell whether an entry of a favourable list, made by one of these cases, stands."""
    standing = (cases.c.number.in_(listings), list_entry.c.record_id.is_(None), list_entry.c.left_on.is_(None))
    query = select(list_entry.c.id).join(cases, cases.c.id == list_entry.c.case_id).where(*standing)
    return tx.execute(query.limit(1)).first() is not None


def rungs(tx: Connection, pack: RulePack, subject_id: int) -> tuple[str, ...]:
    """Codes of the graded measures taken against a subject: a letter of a case of that procedure and kind was served on it, or it
    took part itself."""
    of_case = (letter.c.case_id == cases.c.id, letter.c.state != "withdrawn")
    served = select(service.c.id).where(service.c.letter_id == letter.c.id, service.c.withdrawn_at.is_(None)).exists()
    reached = select(letter.c.id).where(*of_case, or_(letter.c.kind.in_(TOOK_PART), served)).exists()
    rows = tx.execute(
        select(cases.c.procedure, cases.c.kind)
        .where(
            cases.c.subject_id == subject_id, cases.c.internal.is_(False), cases.c.confidential.is_(False), reached
        ).distinct()
    )  # fmt: skip
    taken = {(row.procedure, row.kind) for row in rows}
    of_any = {procedure for procedure, _ in taken}
    return tuple(
        code
        for code, step in pack.ladder.items()
        if ((step.procedure, step.kind) in taken if step.kind else step.procedure in of_any)
    )


def last_dishonesty(tx: Connection, subject_id: int) -> date | None:
    """Return the day of the newest decision against the subject that was not annulled."""
    newest = select(func.max(record.c.decision_date)).where(
        record.c.subject_id == subject_id, record.c.annulled_at.is_(None)
    )
    return tx.execute(newest).scalar()


def documents(tx: Connection, subject_id: int, number: str) -> tuple[FiledDocument, ...]:
    """Return the subject's records whose document has this number, in whatever spelling; entries of lists are no documents."""
    if not (key := document_key(number)):
        return ()
    rows = tx.execute(
        select(
            record.c.number, record.c.document_number, record.c.decision_date, office.c.name, record.c.annulled_at
        )
        .join(office, office.c.id == record.c.authority_id)
        .outerjoin(list_entry, list_entry.c.record_id == record.c.id)
        .where(record.c.subject_id == subject_id, record.c.document_key == key, list_entry.c.id.is_(None))
        .order_by(record.c.id).limit(MOST)
    )  # fmt: skip
    return tuple(
        FiledDocument(one.number, one.document_number, one.decision_date, one.name, one.annulled_at is not None)
        for one in rows
    )
