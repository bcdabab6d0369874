"""A correction of who decided (更正认定单位): open cases about the record go to the right office, and people are told.

The case in which the correction was decided stays where it is; so does what another office is asked for as provider.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.cases import case_offices
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.offices_lookup import current_office
from repairflow.law.procedure.turns import awaited
from repairflow.records import cases, held_row, office, record
from repairflow.records.rows import CaseRow, OfficeRow, RecordRow, all_rows, first_row, one_row

PLACES = {"receiving": "receiving_id", "deciding": "deciding_id"}
"""Where a procedure says that the authority of the record acts, by the columns of a case."""


def follow(tx: Connection, it: Transition, before: RecordRow) -> int:
    """Ensure that each open case that the office wrongly named had as authority is the right one's, with what waits for a
    person about the record; gives how many cases. Nothing happens where the authority is as it was.

    `before` is the record as it stood before the step.
    """
    now_of = tx.execute(select(record.c.authority_id).where(record.c.id == before.id)).scalar_one()
    old, new = current_office(tx, before.authority_id), current_office(tx, now_of)
    if old is None or new is None or old == new:
        return 0
    waiting = (held_row.c.record_id == before.id, held_row.c.office_id == old)
    tx.execute(update(held_row).where(*waiting, held_row.c.state.in_(("waiting", "proposed"))).values(office_id=new))
    about = (cases.c.record_id == before.id, cases.c.closed_at.is_(None), cases.c.id != it.at.case.id)
    rows = all_rows(tx.execute(select(cases).where(*about).order_by(cases.c.id).with_for_update()), CaseRow)
    return sum(_moved(tx, it, case, _office(tx, old), _office(tx, new)) for case in rows)


def _moved(tx: Connection, it: Transition, case: CaseRow, old: OfficeRow, new: OfficeRow) -> bool:
    procedure, _ = pinned(it.services.law, case)
    columns = [
        column
        for name, column in PLACES.items()
        if getattr(procedure.offices, name) == "authority" and getattr(case, column) == old.id
    ]
    if not columns:
        return False
    reason = f"认定单位由{old.name}更正为{new.name}（{it.at.case.number}）"
    said = {"from": old.code, "to": new.code, "as": columns}
    event = NewEvent(
        action=EventName.REROUTE, at=it.now, by=it.actor, role=it.decided.role, reason=reason, content=said
    )
    case_events.append(tx, case, event)
    case_offices.move(tx, case, it.now, **dict.fromkeys(columns, new.id))
    moved = first_row(tx.execute(select(cases).where(cases.c.id == case.id)), CaseRow)
    assert moved is not None  # it is locked
    roles = sorted(awaited(procedure, case.state))
    for concerned, body in ((case, f"转{new.name}承办，你单位不再办理。"), (moved, "转你单位承办，期限照常计算。")):
        told = Notice.of(moved, "turn", f"转办：{case.number}", f"{reason}，{body}", it.now)
        inbox.notify_roles(tx, roles, concerned, told)
    if not case.internal:
        body = f"{reason}，您的办件转由{new.name}承办，期限照常计算，不需要重新提交材料。"
        inbox.notify_subject(
            tx, case.subject_id, Notice.of(moved, "turn", f"{case.number} 改由{new.name}承办", body, it.now)
        )
    return True


def _office(tx: Connection, office_id: int) -> OfficeRow:
    return one_row(tx.execute(select(office).where(office.c.id == office_id)), OfficeRow)
