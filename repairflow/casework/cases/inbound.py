"""Messages of other platforms (平台来文): each taken once, answered under its serial, and kept for a person where nobody knows
whom it means.

The same serial with the same bytes is answered as before; nothing happens twice. What is refused changes nothing but the
list of messages, which keeps why.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from repairflow.casework import event_log
from repairflow.casework.cases.inbound_effects import Came, Sender, carry_out, named_anew
from repairflow.casework.changes import DecideInbound, TakeInbound
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import case_scope, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused, RepairFlowError, Unauthenticated
from repairflow.gateway import inbound_messages
from repairflow.gateway.inbound_messages import Correction, Inbound
from repairflow.records import cases, inbound_message, target
from repairflow.records.rows import CaseRow, InboundMessageRow, TargetRow, first_row, one_row
from repairflow.vault import digest

SEES_TO_IT = ("registrar", "acceptor", "supervisor", "head", "examiner", "decider")
"""Posts of the office that see to what waits."""
LONGEST = 500
STREAM = "exchange"
"""Streams of what platforms send and answer begin so; its rest is the platform's code."""


def sender_of(tx: Connection, code: str) -> Sender:
    """Return the platform of this code, which may send. Unauthenticated for any other: nobody learns which codes there are."""
    row = first_row(tx.execute(select(target).where(target.c.code == code, target.c.active)), TargetRow)
    if row is None or row.inbound_office_id is None:
        raise Unauthenticated("签名不符，或者没有登记为可以来文的平台。")
    return Sender(row, row.inbound_office_id)


def platform_of(tx: Connection, message_id: int) -> Sender:
    """Return the platform that sent a message, whether or not it may send now."""
    row = one_row(tx.execute(select(inbound_message).where(inbound_message.c.id == message_id)), InboundMessageRow)
    return Sender(one_row(tx.execute(select(target).where(target.c.id == row.target_id)), TargetRow), row.office_id)


def take(tx: Connection, services: Services, given: TakeInbound, now: datetime) -> tuple[InboundMessageRow, bool]:
    """Ensure that the message is taken, refused or waits for a person; gives its row, and whether it had come before.

    Raises Conflict for another message under its serial, and for one that came after a later one of its lane: then
    nothing is written.
    """
    sender, message = sender_of(tx, given.target), given.message
    tx.execute(select(target.c.id).where(target.c.id == sender.row.id).with_for_update())  # one message at a time
    known = message_of(tx, sender, message.serial)
    if known is not None:
        if known.digest != digest(given.body):
            raise Conflict("这个流水号已经用于内容不同的另一份报文，请换一个新的编号。")
        return known, True
    require_order(tx, sender, message)
    state, came, reasons = _carried_out(tx, services, sender, given, now)
    waits = state == "waiting"
    made = tx.execute(
        insert(inbound_message)
        .values(
            target_id=sender.row.id, office_id=sender.office_id, serial=message.serial, kind=message.kind,
            lane=message.lane, sequence=message.sequence, digest=digest(given.body),
            body=services.vault.seal(given.body.decode()) if waits else None, state=state, reasons=reasons,
            case_id=came.case_id, record_id=came.record_id, came=list(came.rows), received_at=now,
        )
        .returning(inbound_message.c.id)
    ).scalar_one()  # fmt: skip
    told = {"serial": message.serial, "kind": message.kind, "digest": digest(given.body), "result": state}
    said = {"inbound": {**told, "reasons": [why["code"] for why in reasons]}}
    new = NewEvent(action=EventName.TAKE_INBOUND, at=now, by=sender.actor(), role="platform", content=said)
    event_log.append(tx, f"{STREAM}/{sender.row.code}", new)
    if waits:
        words = "；".join(why["text"] for why in reasons)[:1000]
        told_of = Notice("held_row", f"平台来文待处理：{message.serial}", f"{sender.row.name}：{words}", now)
        inbox.notify_office(tx, sender.office_id, SEES_TO_IT, told_of)
    row = _by_id(tx, made)
    assert row is not None  # just inserted
    return row, False


def decide(tx: Connection, services: Services, given: DecideInbound, now: datetime) -> str:
    """Ensure that a message that waited is taken in about whom the person named, or refused; gives its state.

    Raises NotFound, Forbidden, Conflict where it was decided meanwhile, Invalid without a reason, and what its effect
    raises: then it goes on waiting.
    """
    row = _by_id(tx, given.message_id, lock=True)
    if row is None or row.office_id not in given.actor.offices:
        raise NotFound("没有找到这份来文，或者您无权办理。")
    role = post_in(given.actor, row.office_id, SEES_TO_IT)
    if role is None:
        raise Forbidden("平台来文由本单位的收件、受理人员或者负责人处理。")
    if row.state != "waiting" or row.body is None:
        raise Conflict("这份来文已经有人处理，请刷新页面查看结果。")
    reason = demanded_text(given.reason, LONGEST, "reason", "理由", "请填写“理由”", "请按提示修改后再提交。")
    sender = platform_of(tx, row.id)
    came, reasons = Came(row.case_id, row.record_id, tuple(row.came)), [{"code": "office", "text": reason}]
    if given.accept:
        came, reasons = _accepted(tx, services, sender, row, given, now), []
    state = "taken" if given.accept else "refused"
    tx.execute(
        update(inbound_message)
        .where(inbound_message.c.id == row.id)
        .values(
            state=state, body=None, reasons=reasons, case_id=came.case_id, record_id=came.record_id,
            came=list(came.rows), decided_by=given.actor.id, decided_at=now, reason=reason,
        )
    )  # fmt: skip
    told = {
        "serial": row.serial, "kind": row.kind, "digest": row.digest, "result": state, "case_id": came.case_id,
        "record_id": came.record_id,
    }  # fmt: skip
    new = NewEvent(
        action=EventName.DECIDE_INBOUND, at=now, by=given.actor, role=role, reason=reason, content={"inbound": told}
    )
    event_log.append(tx, f"{STREAM}/{sender.row.code}", new)
    return state


def _accepted(
    tx: Connection, services: Services, sender: Sender, row: InboundMessageRow, given: DecideInbound, now: datetime
) -> Came:
    """Return what a message brings about once a person has said whom it means."""
    message = waiting_message(services, row)
    assert message.said is not None  # what does not fit is refused at once
    if isinstance(message.said, Correction):
        return _corrected(tx, services, row, given)
    said = named_anew(message.said, given.record.strip().upper(), given.case.strip().upper())
    again = Inbound(message.serial, message.kind, message.lane, message.sequence, said)
    return carry_out(tx, services, sender, again, given.files, now)


def _corrected(tx: Connection, services: Services, row: InboundMessageRow, given: DecideInbound) -> Came:
    """Return the case by which the office corrects what the message is about: about this very record, by a procedure that can, begun
    since the message came."""
    if row.record_id is None:
        said = "来文所指的信息不在档，不能办理更正；请选择“不收下”，并说明理由"
        raise Invalid("请按提示修改后再提交。", [Problem("reason", said)])
    number = given.case.strip().upper()
    about = (cases.c.number == number, cases.c.record_id == row.record_id, cases.c.filed_at >= row.received_at)
    found = first_row(tx.execute(select(cases).where(*about, case_scope(given.actor))), CaseRow)
    if found is None or not _corrects(services, found):
        said = "请填写收到来文后就这条信息办理的异议办件的编号"
        raise Invalid("请按提示修改后再提交。", [Problem("case", said)])
    return Came(case_id=found.id, record_id=row.record_id)


def _corrects(services: Services, case: CaseRow) -> bool:
    procedure = services.law.procedure(case.procedure, case.procedure_version)
    return any("correct_record" in action.effects for action in procedure.action.values())


def waiting_message(services: Services, row: InboundMessageRow) -> Inbound:
    """Return the message as it came, while it waits. Conflict once it does not."""
    if row.body is None:
        raise Conflict("这份来文已经有人处理，请刷新页面查看结果。")
    return inbound_messages.read(services.vault.open(row.body).encode())


def message_of(tx: Connection, sender: Sender, serial: str) -> InboundMessageRow | None:
    """Return the message of this sender under this serial, or None."""
    mine = (inbound_message.c.target_id == sender.row.id, inbound_message.c.serial == serial)
    return first_row(tx.execute(select(inbound_message).where(*mine)), InboundMessageRow)


def _carried_out(
    tx: Connection, services: Services, sender: Sender, given: TakeInbound, now: datetime
) -> tuple[str, Came, list[dict[str, str]]]:
    """Return the state of the message, what came of it, and why it waits or was refused; what it began is undone then."""
    if given.message.faults:
        unfit = [{"code": "unfit", "text": f"{where}：{text}"} for where, text in given.message.faults]
        return "refused", Came(), unfit
    try:
        with tx.begin_nested():
            came = carry_out(tx, services, sender, given.message, given.files, now)
    except NotFound as error:
        return "waiting", Came(), [{"code": "not_found", "text": error.message}]
    except (Refused, Invalid, Forbidden, Conflict) as error:
        return "refused", Came(), _reasons(error)
    if came.waits:
        return "waiting", came, [{"code": "person", "text": came.waits}]
    return "taken", came, []


def _reasons(error: RepairFlowError) -> list[dict[str, str]]:
    """Return every reason of an error, as the sender is told it."""
    if isinstance(error, Refused):
        return [{"code": one.code, "text": one.text} for one in error.refusals]
    if isinstance(error, Invalid) and error.problems:
        return [{"code": "invalid", "text": f"{one.where}：{one.text}"} for one in error.problems]
    return [{"code": error.code, "text": error.message}]


def require_order(tx: Connection, sender: Sender, message: Inbound) -> None:
    """Conflict where a later message of its lane has come already."""
    mine = (inbound_message.c.target_id == sender.row.id, inbound_message.c.lane == message.lane)
    last = tx.execute(select(func.max(inbound_message.c.sequence)).where(*mine)).scalar()
    if last is not None and message.sequence <= last:
        raise Conflict(
            f"这份报文的次序（{message.sequence}）不在同一 partitionkey 此前收到的（{last}）之后，没有办理。"
        )


def _by_id(tx: Connection, message_id: int, *, lock: bool = False) -> InboundMessageRow | None:
    query = select(inbound_message).where(inbound_message.c.id == message_id)
    return first_row(tx.execute(query.with_for_update() if lock else query), InboundMessageRow)
