"""The priority lane (守信激励 绿色通道): an open case comes first in its offices' queues, for a ground and a reason.

No limit moves and nobody else's does: the lane orders work, it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.changes import PreferCase
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.records import cases, list_entry
from repairflow.records.rows import CaseRow, first_row

GROUNDS: Mapping[str, str] = {
    "honoured": "守信主体（在守信名单上）",
    "kept_word": "已经履行登记的信用承诺",
    "urgent": "投标、融资、申报等有期限的急需",
}
PREFERS = ("registrar", "acceptor", "reviewer", "decider", "head", "supervisor")
LONGEST = 500


def prefers_as(actor: Actor, case: CaseRow) -> str | None:
    """Return the post in an office of the case by which the actor orders its work, or None."""
    return next((role for role in PREFERS if (role, getattr(case, OFFICE_OF_ROLE[role])) in actor.roles), None)


def prefer(tx: Connection, services: Services, given: PreferCase, now: datetime) -> None:
    """Ensure that the case is in the lane for this ground, or no longer; its trail says who did it and why.

    Raises NotFound, Forbidden, Conflict for a closed case or one that is so already, Invalid for a ground that does not hold.
    """
    query = select(cases).where(cases.c.number == given.case.strip().upper(), case_scope(given.actor))
    case = first_row(tx.execute(query.with_for_update()), CaseRow)
    if case is None:
        raise NotFound("没有找到这个办件，或者您无权查看。")
    role = prefers_as(given.actor, case)
    if role is None:
        raise Forbidden("优先办理由承办单位的受理、审核人员或者负责人决定。")
    if case.closed_at is not None or bool(case.priority) == given.on:
        raise Conflict("办件已经办结，或者已经这样处理，请刷新页面查看。")
    problems: list[Problem] = []
    lacking = "请填写优先办理或者取消的理由"
    reason = written(given.reason, LONGEST, problems, "priority-reason", "理由", lacking)
    if given.on and given.ground not in GROUNDS:
        problems.append(Problem("priority-ground", "请选择优先办理的情形"))
    elif given.on and not _holds(tx, services, case, given.ground):
        problems.append(Problem("priority-ground", f"系统中没有“{GROUNDS[given.ground]}”的记录，请核对"))
    if problems:
        raise Invalid("没有办理，请按提示修改。", problems)
    name = EventName.PREFER if given.on else EventName.PREFER_NO_MORE
    said = {"ground": given.ground} if given.on else {"was": case.priority}
    case_events.append(tx, case, NewEvent(action=name, at=now, by=given.actor, role=role, reason=reason, content=said))
    mark = GROUNDS[given.ground] if given.on else None
    tx.execute(update(cases).where(cases.c.id == case.id).values(priority=mark))


def _holds(tx: Connection, services: Services, case: CaseRow, ground: str) -> bool:
    """Tell whether what the ground says stands in the system; urgency is for a person to judge."""
    if ground == "honoured":
        kinds = [code for code, kind in services.law.packs[case.pack].list_kind.items() if kind.favourable]
        on = (
            list_entry.c.subject_id == case.subject_id,
            list_entry.c.list_kind.in_(kinds),
            list_entry.c.left_on.is_(None),
        )
        return tx.execute(select(list_entry.c.id).where(*on).limit(1)).first() is not None
    if ground == "kept_word":
        kept = (
            cases.c.subject_id == case.subject_id,
            cases.c.procedure == "commitment",
            cases.c.outcome == "performed",
        )
        return tx.execute(select(cases.c.id).where(*kept).limit(1)).first() is not None
    return True
