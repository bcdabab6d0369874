"""What open cases hold on one record, each for itself: a mask (暂时屏蔽) and the mark of an objection (异议标注) stand while any does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import Connection, select

from repairflow.casework.case_state.record_life import life
from repairflow.casework.case_state.situation import Situation
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow

MASK, MARK = "mask_record", "mark_disputed"


def of_others(tx: Connection, law: Library, case: CaseRow) -> frozenset[str]:
    """Return which of MASK and MARK other open cases about the record of this one have put on it and not yet taken back."""
    if case.record_id is None:
        return frozenset()
    taken = (
        select(cases.c.id, cases.c.procedure, cases.c.procedure_version, event.c.action)
        .join(event, event.c.case_id == cases.c.id)
        .where(cases.c.record_id == case.record_id, cases.c.id != case.id, cases.c.closed_at.is_(None), event.c.to_state.is_not(None))
        .order_by(cases.c.id, event.c.id)
    )  # fmt: skip
    found = frozenset[str]()
    for (_, name, version), steps in groupby(tx.execute(taken), key=lambda row: row[:3]):
        found |= _held(law, law.procedure(name, version), (row.action for row in steps))
    return found


def of_case(law: Library, at: Situation) -> frozenset[str]:
    """Return which of MASK and MARK this case has put on its record and not yet taken back."""
    return _held(law, at.procedure, (step.action for step in at.history))


def _held(law: Library, procedure: Procedure, steps: Iterable[str]) -> frozenset[str]:
    """Return what these steps of one case, in their order, put on the record and leave there; what takes it back, the record's own
    life says (`undo`)."""
    held = set[str]()
    undone = {life(law).action[name].undo: name for name in (MASK, MARK)}
    for step in steps:
        for effect in procedure.action[step].effects if step in procedure.action else ():
            if effect in (MASK, MARK):
                held.add(effect)
            held.discard(undone.get(effect, ""))
    return frozenset(held)
