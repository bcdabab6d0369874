"""An informant's sealed identity (举报人身份): opened once, when the head of the deciding office asks and an auditor allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import sealed_inputs
from repairflow.casework.changes import AllowInformant, AskInformant, OpenInformant
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import SEES_ALL, case_scope
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import cases, event, sealed_input
from repairflow.vault import Vault


class InformantRequest(NamedTuple):
    """Where the asking stands: the newest event of the case's vault."""

    action: str
    actor_id: int | None
    actor_name: str
    reason: str | None
    at: datetime


class _Case(NamedTuple):
    id: int
    number: str
    deciding_id: int


def standing(tx: Connection, number: str) -> InformantRequest | None:
    """Return the newest event about the sealed identity in a case; None before anybody asked."""
    return event_log.newest(tx, f"vault/{number}", InformantRequest)


def is_sealed(tx: Connection, case_id: int) -> bool:
    """Tell whether a case keeps such an identity."""
    return tx.execute(select(sealed_input.c.id).where(sealed_input.c.case_id == case_id).limit(1)).first() is not None


def ask(tx: Connection, given: AskInformant, now: datetime) -> None:
    """Ensure that an auditor can allow it. Forbidden for who is not head of the deciding office, Invalid without a reason,
    Conflict while a permission waits or is asked for."""
    case = _case(tx, given.actor, given.case)
    _head(given.actor, case)
    last = standing(tx, case.number)
    if last is not None and last.action in (EventName.ASK_REVEAL, EventName.ALLOW_REVEAL):
        raise Conflict("已经有一份申请，请等审计人员准许，或先查看已准许的内容。")
    reason = _reason(given.reason)
    _note(tx, case, NewEvent(action=EventName.ASK_REVEAL, at=now, by=given.actor, role="head", reason=reason))


def allow(tx: Connection, given: AllowInformant, now: datetime) -> None:
    """Ensure that the head who asked may look once. Forbidden for who is no auditor or asked himself, Invalid without a
    reason, Conflict where nobody asked."""
    case = _case(tx, given.actor, given.case)
    if not given.actor.has_role(*SEES_ALL):
        raise Forbidden("查看举报人身份由审计人员准许。")
    last = standing(tx, case.number)
    if last is None or last.action != EventName.ASK_REVEAL:
        raise Conflict("现在没有等待准许的申请。")
    if last.actor_id == given.actor.id:
        raise Forbidden("申请人不能自己准许。")
    reason = _reason(given.reason)
    _note(tx, case, NewEvent(action=EventName.ALLOW_REVEAL, at=now, by=given.actor, role="auditor", reason=reason))


def reveal(tx: Connection, vault: Vault, given: OpenInformant, now: datetime) -> dict[str, str]:
    """Return the identity, by the names of its inputs; the look stands in the trail and uses the permission up. Forbidden for who
    did not ask, Conflict where no auditor allowed it."""
    case = _case(tx, given.actor, given.case)
    _head(given.actor, case)
    last = standing(tx, case.number)
    if last is None or last.action != EventName.ALLOW_REVEAL:
        raise Conflict("审计人员还没有准许，或者准许的一次已经看过。请写明理由申请。")
    asker = select(event.c.actor_id).where(
        event.c.stream == f"vault/{case.number}", event.c.action == EventName.ASK_REVEAL
    )
    if tx.scalar(asker.order_by(event.c.seq.desc()).limit(1)) != given.actor.id:
        raise Forbidden("只有提出申请的单位负责人可以查看。")
    opened = sealed_inputs.opened(tx, vault, case.id)
    said = {"fields": sorted(opened)}
    _note(tx, case, NewEvent(action=EventName.REVEAL, at=now, by=given.actor, role="head", content=said))
    return opened


def _case(tx: Connection, actor: Actor, number: str) -> _Case:
    columns = (cases.c[name] for name in _Case._fields)
    row = tx.execute(select(*columns).where(cases.c.number == number, case_scope(actor))).first()
    if row is None or not is_sealed(tx, row.id):
        raise NotFound
    return _Case(*row)


def _head(actor: Actor, case: _Case) -> None:
    if ("head", case.deciding_id) not in actor.roles:
        raise Forbidden("查看举报人身份由决定单位的负责人申请。")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("请写明理由。")
    return reason.strip()


def _note(tx: Connection, case: _Case, new: NewEvent) -> None:
    said = {"case": case.number, **new.content}
    event_log.append(tx, f"vault/{case.number}", replace(new, content=said))
