"""What a person has to mind before a step that rests on a document: an objection to the penalty it states is still open."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.subject_facts import documents
from repairflow.law.procedure.model import Action
from repairflow.records import cases, record

OBJECTION, RESTS_ON = "objection", "basis_document_matches"
"""The procedure of an objection to a record, and the guard of steps that rest on a document on file."""


def minded(tx: Connection, at: Situation, action: Action) -> tuple[str, ...]:
    """Sentences on open objections to the record this case is about, or to the document that it states; none for a step that
    does not rest on one."""
    if RESTS_ON not in {use.guard for use in action.guards}:
        return ()
    stated = (at.case.inputs, *(step.inputs for step in at.history))
    numbers = [str(one["basis_number"]) for one in stated if one.get("basis_number")]
    filed = documents(tx, at.case.subject_id, numbers[-1]) if numbers else ()
    same = or_(record.c.id == at.case.record_id, record.c.number.in_([one.record for one in filed]))
    rows = tx.execute(
        select(cases.c.number, record.c.document_number)
        .join(record, record.c.id == cases.c.record_id)
        .where(same, cases.c.procedure == OBJECTION, cases.c.closed_at.is_(None))
        .order_by(cases.c.id)
    )
    return tuple(
        f"对{row.document_number}的异议（{row.number}）正在办理，认定所依据的信息可能更正或者撤销。请先核对异议的处理情况，再决定是否继续。"
        for row in rows
    )
