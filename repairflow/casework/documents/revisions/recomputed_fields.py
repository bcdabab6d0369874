"""Fields that the text of a letter has gained since the letter was issued: computed anew, from where its case stood then."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import situation
from repairflow.casework.context import Services
from repairflow.casework.documents import issuing_step, publication_notice
from repairflow.casework.documents.fields import case as case_fields
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.voice import Addressee, self_name
from repairflow.casework.documents.revisions import events
from repairflow.law.guards import day_text
from repairflow.letters.text.templates import template
from repairflow.records import cases, letter, record
from repairflow.records.rows import CaseRow, LetterRow, RecordRow, one_row
from repairflow.times import local_day


def gained(tx: Connection, services: Services, old: LetterRow) -> dict[str, object]:
    """Values of the words that today's text of an old letter names and the letter kept none for; empty for a newer one."""
    head = template(old.kind, old.template_version)
    kept: Mapping[str, object] = old.content.get("fields") or {}
    lacking = {name for name in (*head.required, *head.optional) if name not in kept}
    if not lacking:
        return {}
    computed = _of_case(tx, services, old) if old.case_id is not None else _of_record(tx, services, old)
    return {name: computed[name] for name in lacking if name in computed}


def _of_case(tx: Connection, services: Services, old: LetterRow) -> dict[str, object]:
    first, issuer = issuing_step.first_of(tx, old), events.office_of(tx, old)
    known: dict[str, object] = {"we": self_name(issuer)}
    row = one_row(tx.execute(select(cases).where(cases.c.id == old.case_id)), CaseRow)
    at = situation(tx, services.law, row, local_day(first.issued_at))
    here = [step for step in at.history if step.seq == first.event_seq]
    before = tuple(step for step in at.history if step.seq < first.event_seq)
    at = situation(tx, services.law, row, local_day(first.issued_at), history=before)
    step = here[0] if here else None
    inputs = step.inputs if step is not None else {}
    to: Addressee = case_fields.addressee_of(tx, services.vault, at, old.kind, inputs, issuing_step.ground_of(tx, old))
    known["you"] = to.you
    action = at.procedure.action.get(step.action) if step is not None else None
    if step is None or action is None:
        return known
    of = LetterStep(at, step.action, action, old.kind, first.issued_at, inputs=inputs)
    return {**known, **case_fields.fields(tx, services.law, of, old.template_version, issuer, to)}


def _of_record(tx: Connection, services: Services, old: LetterRow) -> dict[str, object]:
    if old.kind == publication_notice.KIND:
        of = one_row(tx.execute(select(record).where(record.c.id == old.record_id)), RecordRow)
        return publication_notice.words(tx, services, of)
    known: dict[str, object] = {"we": self_name(events.office_of(tx, old))}
    cited = tx.execute(select(letter).where(letter.c.superseded_by == old.id)).first()
    if cited is not None:
        known["original_document"] = f"《{cited.title}》（{cited.number}）"
        known["original_day"] = day_text(local_day(cited.issued_at))
    return known
