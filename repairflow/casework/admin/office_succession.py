"""An office whose powers another has taken over (机构改革，职权承继): it is closed, its open cases go to the successor.

What it decided keeps its name. Its records stay its own; whoever works in the successor sees and handles them, and new
filings about them go there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from repairflow import plain
from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.case_state import case_events
from repairflow.casework.cases import case_offices
from repairflow.casework.changes import SucceedOffice
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.offices_lookup import office_by_code
from repairflow.errors import Conflict
from repairflow.law.guards import day_text
from repairflow.records import cases, held_row, office
from repairflow.records.rows import CaseRow, OfficeRow, all_rows, first_row
from repairflow.times import local_day

FIELDS = {"successor": "承继机关的单位编码", "day": "承继之日", "document": "依据文件"}
COLUMNS = ("receiving_id", "deciding_id", "provider_id", "intake_id")


def succeed(tx: Connection, given: SucceedOffice, now: datetime) -> int:
    """Ensure that the office is closed and succeeded; gives how many open cases went to the successor, each with an event.

    Forbidden to all but system administrators, NotFound for an unknown code, Conflict for one that is closed, Invalid with
    every fault.
    """
    role = permissions.capacity(given.actor, permissions.SYSTEM_ADMIN)
    alone(tx, office)
    row = office_by_code(tx, given.code)
    if row.closed_on is not None:
        raise Conflict(f"{row.name}已于{day_text(row.closed_on)}撤并，不能再次登记。")
    faults = Faults(FIELDS)
    document = faults.text("document", given.given.get("document", ""), 200)
    successor = _successor(tx, row, faults.text("successor", given.given.get("successor", ""), 40), faults)
    day = local_day(now)
    try:
        day = plain.day(given.given.get("day", "").strip())
    except ValueError:
        faults.add("day", "请填写日期，如 2026-06-20")
    if day > local_day(now):
        faults.add("day", "还没有到，请在当日或者以后登记")
    faults.stop("没有登记承继，请按提示修改。")
    assert successor is not None  # else a fault was named
    tx.execute(update(office).where(office.c.id == row.id).values(closed_on=day, successor_id=successor.id))
    tx.execute(update(office).where(office.c.successor_id == row.id).values(successor_id=successor.id))
    waiting = held_row.c.office_id == row.id, held_row.c.state.in_(("waiting", "proposed"))
    moved = update(held_row).where(*waiting).values(office_id=successor.id).returning(held_row.c.id)
    said = {
        "successor": successor.code, "day": day.isoformat(), "document": document, "held": sorted(tx.execute(moved).scalars()),
    }  # fmt: skip
    events.note(tx, f"office/{row.code}", EventName.SUCCEED, given.actor, role, now, said)
    return _reroute(tx, row, successor, given.actor, document, now)


def _successor(tx: Connection, row: OfficeRow, code: str, faults: Faults) -> OfficeRow | None:
    if not code:
        return None
    found = first_row(tx.execute(select(office).where(office.c.code == code)), OfficeRow)
    if found is None:
        faults.add("successor", f"“{code}”不存在，请先新建承继机关")
    elif found.id == row.id or found.closed_on is not None:
        faults.add("successor", "不能是本单位，也不能是已经撤并的单位")
        return None
    return found


def _reroute(tx: Connection, old: OfficeRow, new: OfficeRow, by: Actor, document: str, now: datetime) -> int:
    its = or_(*(cases.c[column] == old.id for column in COLUMNS))
    open_cases = select(cases).where(cases.c.closed_at.is_(None), its).order_by(cases.c.id).with_for_update()
    rows = all_rows(tx.execute(open_cases), CaseRow)
    for case in rows:
        moved = {column: new.id for column in COLUMNS if getattr(case, column) == old.id}
        reason = f"{old.name}的职权由{new.name}承继（{document}）"
        said = {"from": old.code, "to": new.code, "as": sorted(moved)}
        case_events.append(
            tx,
            case,
            NewEvent(action=EventName.REROUTE, at=now, by=by, role="system_admin", reason=reason, content=said),
        )
        case_offices.move(tx, case, now, **moved)
    return len(rows)
