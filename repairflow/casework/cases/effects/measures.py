"""One measure (惩戒措施) of one partner on one record: imposed when the partner responds, lifted when it ends."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, insert, select, update

from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.outbound import pushes
from repairflow.records import measure


def impose_measure(tx: Connection, step: Transition) -> int:
    """Ensure that the record bears the measure until its end, or until the record itself ends, and its office is told so."""
    case, code = step.at.case, str(step.fact("measure"))
    end = step.fact("term_end")
    values = {
        "label": step.at.pack.measure[code].label,
        "imposed_on": date.fromisoformat(str(step.fact("imposed_on"))),
        "until": date.fromisoformat(str(end)) if end is not None else None,
        "lifted_at": None,
    }
    where = _where(case.record_id, code, case.provider_id)
    if tx.execute(select(measure.c.id).where(*where)).first() is None:
        tx.execute(insert(measure).values(record_id=case.record_id, code=code, office_id=case.provider_id, **values))
    else:
        tx.execute(update(measure).where(*where).values(**values))
    return pushes.push_imposed(tx, step.at.record, code, step.cause) if step.at.record is not None else 0


def lift_measure(tx: Connection, step: Transition) -> int:
    """Ensure that the measure is lifted and its office is told; nothing happens where it was lifted already."""
    case, code = step.at.case, str(step.fact("measure"))
    where = _where(case.record_id, code, case.provider_id)
    lifted = tx.execute(update(measure).where(*where, measure.c.lifted_at.is_(None)).values(lifted_at=step.now))
    if not lifted.rowcount or step.at.record is None:
        return 0
    return pushes.push_lift(tx, step.at.record, step.cause)


def _where(record_id: int | None, code: str, office_id: int) -> tuple[ColumnElement[bool], ...]:
    return (measure.c.record_id == record_id, measure.c.code == code, measure.c.office_id == office_id)
