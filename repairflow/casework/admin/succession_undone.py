"""撤回承继登记: an office that was closed by mistake, or handed to another than its successor, is open again with what it had.

What was registered and that it was taken back both stay in the trail. What the successor did meanwhile stands; cases filed
with it stay there, since whoever filed was told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select, update

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.admin.office_succession import COLUMNS
from repairflow.casework.case_state import case_events
from repairflow.casework.cases import case_offices
from repairflow.casework.changes import TakeBackSuccession
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.offices_lookup import office_by_code
from repairflow.errors import Conflict
from repairflow.records import cases, event, held_row, office
from repairflow.records.rows import CaseRow, OfficeRow, all_rows, first_row

FIELDS = {"reason": "撤回的理由"}
TAKEN_BACK = "taken_back"
"""In the event of a case that comes back: the passing on before it stands no longer."""
WORK = ("acceptor", "examiner", "reviewer", "decider")


class _Kept(NamedTuple):
    actor_role: str
    body: bytes


def take_back(tx: Connection, given: TakeBackSuccession, now: datetime) -> int:
    """Ensure that the office is open as before, with the open cases and waiting rows that its closing handed on and that are
    still where they went; gives how many cases came back. People of both offices are told.

    Forbidden to all but system administrators, NotFound for an unknown code, Invalid without a reason, Conflict for an office
    that was not succeeded, or whose successor was closed since.
    """
    role = permissions.capacity(given.actor, permissions.SYSTEM_ADMIN)
    alone(tx, office)
    row = office_by_code(tx, given.code)
    said = _last(tx, row)
    if row.successor_id is None or said is None:
        raise Conflict(f"{row.name}没有登记过承继，不需要撤回。")
    successor = office_by_code(tx, str(said["successor"]))
    if successor.id != row.successor_id:
        raise Conflict(f"{successor.name}此后也已撤并，请先撤回{successor.name}的承继登记。")
    faults = Faults(FIELDS)
    reason = faults.text("reason", given.reason, 200)
    faults.stop("没有撤回，请按提示修改。")
    tx.execute(update(office).where(office.c.id == row.id).values(closed_on=None, successor_id=None))
    earlier = [other.id for other in _handed_on(tx, row, successor)]
    if earlier:
        tx.execute(update(office).where(office.c.id.in_(earlier)).values(successor_id=row.id))
    told = {"successor": successor.code, "reason": reason}
    events.note(tx, f"office/{row.code}", EventName.TAKE_BACK_SUCCESSION, given.actor, role, now, told)
    held = [int(one) for one in said.get("held", ())]
    if held:
        tx.execute(
            update(held_row)
            .where(
                held_row.c.id.in_(held),
                held_row.c.office_id == successor.id,
                held_row.c.state.in_(("waiting", "proposed")),
            )
            .values(office_id=row.id)
        )
    back = _return(tx, row, successor, given.actor, reason, now)
    body = f"{row.name}由{successor.name}承继的登记已经撤回：{reason}。{back} 件未办结的办件转回{row.name}。"
    notice = Notice("reroute", f"承继登记已撤回：{row.name}", body, now)
    for place in (row.id, successor.id):
        inbox.notify_office(tx, place, WORK, notice)
    return back


def _last(tx: Connection, row: OfficeRow) -> Mapping[str, Any] | None:
    """Return what the registration says by which the office was closed; None where there is none."""
    query = select(event.c.actor_role, event.c.body).where(
        event.c.stream == f"office/{row.code}", event.c.action == EventName.SUCCEED
    )
    found = first_row(tx.execute(query.order_by(event.c.seq.desc()).limit(1)), _Kept)
    return None if found is None else chain.content(found.body)


def _handed_on(tx: Connection, row: OfficeRow, successor: OfficeRow) -> Iterator[OfficeRow]:
    """Offices that `row` had succeeded itself, and that its end handed on to its successor."""
    others = select(office).where(office.c.successor_id == successor.id, office.c.id != row.id).order_by(office.c.id)
    for other in all_rows(tx.execute(others), OfficeRow):
        said = _last(tx, other)
        if said is not None and said["successor"] == row.code:
            yield other


def _return(tx: Connection, old: OfficeRow, new: OfficeRow, by: Actor, reason: str, now: datetime) -> int:
    """Open cases whose last passing on was that of the closing go back, each with an event."""
    its = or_(*(cases.c[column] == new.id for column in COLUMNS))
    passed = select(event.c.case_id).where(event.c.action == EventName.REROUTE)
    open_cases = select(cases).where(cases.c.closed_at.is_(None), its, cases.c.id.in_(passed))
    count = 0
    for case in all_rows(tx.execute(open_cases.order_by(cases.c.id).with_for_update()), CaseRow):
        said = _passed_on(tx, case)
        if said is None or (said["from"], said["to"]) != (old.code, new.code):
            continue
        moved = {str(column): old.id for column in said["as"] if getattr(case, str(column)) == new.id}
        if not moved:
            continue
        why = f"{old.name}由{new.name}承继的登记已经撤回：{reason}"
        content = {"from": new.code, "to": old.code, "as": sorted(moved), TAKEN_BACK: True}
        case_events.append(
            tx,
            case,
            NewEvent(action=EventName.REROUTE, at=now, by=by, role="system_admin", reason=why, content=content),
        )
        case_offices.move(tx, case, now, **moved)
        count += 1
    return count


def _passed_on(tx: Connection, case: CaseRow) -> Mapping[str, Any] | None:
    """Return what the last passing on that still stands says, where a succession was its reason; None where it was another."""
    query = select(event.c.actor_role, event.c.body).where(
        event.c.stream == chain.case_stream(case.number), event.c.action == EventName.REROUTE
    )
    standing: list[tuple[str, Mapping[str, Any]]] = []
    for row in all_rows(tx.execute(query.order_by(event.c.seq)), _Kept):
        said = chain.content(row.body)
        if said.get(TAKEN_BACK):
            standing.pop()
        else:
            standing.append((row.actor_role, said))
    return standing[-1][1] if standing and standing[-1][0] == "system_admin" else None
