"""Which measures (惩戒措施) end with a record, and which of those stand again when what ended them is undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from repairflow.auditing import chain
from repairflow.law.procedure.library import Library
from repairflow.records import cases, event, measure
from repairflow.records.rows import RecordRow

LIFT = "lift_measures"


def lifted(tx: Connection, law: Library, row: RecordRow, effects: Collection[str]) -> tuple[int, ...]:
    """Ids of the measures that these effects end: all in force, but what lasts beyond its record."""
    mine = (measure.c.record_id == row.id, measure.c.lifted_at.is_(None))
    # 终身禁入不因修复解除；所依据的信息被撤销的，一切措施失去依据
    annulled = "annul_record" in effects or row.annulled_at is not None
    kept = frozenset[str]() if annulled else law.lasting_measures
    rows = select(measure.c.id).where(*mine, measure.c.code.not_in(kept)).order_by(measure.c.id)
    return tuple(tx.execute(rows).scalars())


def restored(tx: Connection, row: RecordRow, today: date) -> tuple[int, ...]:
    """Ids of the measures that ended with the record and have not run out: what was lifted by itself stays lifted."""
    lasting = or_(measure.c.until.is_(None), measure.c.until > today)
    ended = select(measure.c.id, measure.c.lifted_at).where(
        measure.c.record_id == row.id, measure.c.lifted_at.is_not(None), lasting
    )
    found = tx.execute(ended.order_by(measure.c.id)).all()
    steps = _steps(tx, row, {one.lifted_at for one in found})
    return tuple(one.id for one in found if one.lifted_at in steps)


def _steps(tx: Connection, row: RecordRow, instants: Collection[datetime]) -> set[datetime]:
    """Return those of the instants at which a step on the record ended all its measures."""
    if not instants:
        return set()
    of_case = event.c.case_id.in_(select(cases.c.id).where(cases.c.record_id == row.id))
    rows = tx.execute(
        select(event.c.at, event.c.body).where(or_(of_case, event.c.record_id == row.id), event.c.at.in_(instants))
    )
    return {one.at for one in rows if LIFT in _effects(chain.content(one.body))}


def _effects(content: object) -> Collection[str]:
    """Return the effects on a record that an event of its own or of a case keeps."""
    if not isinstance(content, dict):
        return ()
    said = content.get("record", content)
    return said.get("effects") or () if isinstance(said, dict) else ()
