"""What open cases hold on one record, each for itself: a mask (暂时屏蔽) and the mark of an objection (异议标注) stand while any does."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.law.procedure.library import Library
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow

UNDOES = {"unmask_record": "mask_record", "unmark_disputed": "mark_disputed"}
HELD = frozenset(UNDOES.values())


def of_others(tx: Connection, law: Library, case: CaseRow) -> frozenset[str]:
    """Return which of HELD other open cases about the record of this one have put on it and not yet taken back."""
    if case.record_id is None:
        return frozenset()
    taken = (
        select(cases.c.id, cases.c.procedure, cases.c.procedure_version, event.c.action)
        .join(event, event.c.case_id == cases.c.id)
        .where(cases.c.record_id == case.record_id, cases.c.id != case.id, cases.c.closed_at.is_(None), event.c.to_state.is_not(None))
        .order_by(cases.c.id, event.c.id)
    )  # fmt: skip
    held = set[tuple[int, str]]()
    for row in tx.execute(taken):
        action = law.procedure(row.procedure, row.procedure_version).action.get(row.action)
        for effect in action.effects if action is not None else ():
            if effect in HELD:
                held.add((row.id, effect))
            held.discard((row.id, UNDOES.get(effect, "")))
    return frozenset(effect for _, effect in held)
