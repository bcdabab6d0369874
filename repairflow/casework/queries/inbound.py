"""What other platforms sent (平台来文): as its office sees it, and as its sender is answered under its serial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, false, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases.inbound import SEES_TO_IT, message_of, sender_of, waiting_message
from repairflow.casework.cases.inbound_effects import Sender, called
from repairflow.casework.context import Services
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.queries.cases import view
from repairflow.errors import NotFound
from repairflow.gateway.inbound_messages import Inbound
from repairflow.records import cases, held_row, inbound_message, office, person, record, target
from repairflow.records.rows import InboundMessageRow, LetterRow, all_rows, first_row

MOST = 50
STATES = {"waiting": "待处理", "taken": "已收下", "refused": "未收下"}


class InboundLine(NamedTuple):
    """A message in a list."""

    id: int
    serial: str
    kind: str
    state: str
    reasons: Sequence[Mapping[str, str]]
    came: Sequence[Mapping[str, Any]]
    received_at: datetime
    decided_at: datetime | None
    reason: str | None
    sender_name: str
    office_name: str
    case_number: str | None
    record_number: str | None
    decider_name: str | None


_LINES = (
    select(
        inbound_message.c.id, inbound_message.c.serial, inbound_message.c.kind, inbound_message.c.state,
        inbound_message.c.reasons, inbound_message.c.came, inbound_message.c.received_at,
        inbound_message.c.decided_at, inbound_message.c.reason, target.c.name.label("sender_name"),
        office.c.name.label("office_name"), cases.c.number.label("case_number"),
        record.c.number.label("record_number"), person.c.name.label("decider_name"),
    )
    .join(target, target.c.id == inbound_message.c.target_id)
    .join(office, office.c.id == inbound_message.c.office_id)
    .outerjoin(cases, cases.c.id == inbound_message.c.case_id)
    .outerjoin(record, record.c.id == inbound_message.c.record_id)
    .outerjoin(person, person.c.id == inbound_message.c.decided_by)
)  # fmt: skip


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return the messages that the actor's offices see to."""
    mine = sorted({place for role, place in actor.roles if role in SEES_TO_IT})
    return inbound_message.c.office_id.in_(mine) if mine else false()


def listed(tx: Connection, actor: Actor, state: str, before: int | None) -> list[InboundLine]:
    """Return the messages in this state, newest first, at most `MOST`; `before`: those with a smaller id."""
    query = (
        _LINES.where(scope(actor), inbound_message.c.state == state).order_by(inbound_message.c.id.desc()).limit(MOST)
    )
    if before is not None:
        query = query.where(inbound_message.c.id < before)
    return all_rows(tx.execute(query), InboundLine)


def waiting(tx: Connection, actor: Actor) -> int:
    """Return how many messages wait for the actor's offices."""
    query = select(func.count()).select_from(inbound_message).where(scope(actor), inbound_message.c.state == "waiting")
    return tx.execute(query).scalar_one()


def one(tx: Connection, services: Services, actor: Actor, message_id: int) -> tuple[InboundLine, Inbound | None]:
    """Return one message, and what it says while it waits. NotFound for one of another office."""
    line = first_row(tx.execute(_LINES.where(scope(actor), inbound_message.c.id == message_id)), InboundLine)
    if line is None:
        raise NotFound("没有找到这份来文，或者您无权查看。")
    row = first_row(tx.execute(select(inbound_message).where(inbound_message.c.id == message_id)), InboundMessageRow)
    assert row is not None  # as found above
    return line, waiting_message(services, row) if row.body is not None else None


class Looked(NamedTuple):
    """What came of an item that a person of an office looks at: waiting, proposed, accepted or refused, and why."""

    row: int | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a sender is told of its message: the row, what people made of what it delivered, and of an application the case as
    its applicant sees it; of a correction `corrected`, the case by which its office carries it out."""

    row: InboundMessageRow
    looked: Sequence[Looked]
    case: view.CaseView | None = None
    corrected: view.CaseView | None = None


def answered(tx: Connection, services: Services, code: str, serial: str, now: datetime) -> Answered:
    """Return how the message of this serial stands now. NotFound for none of this sender's."""
    sender = sender_of(tx, code)
    row = message_of(tx, sender, serial)
    if row is None:
        raise NotFound("没有这个流水号的报文。")
    looked = _looked(tx, sender, row)
    if row.case_id is None:
        return Answered(row, looked)
    whose = select(cases.c.number, cases.c.subject_id).where(cases.c.id == row.case_id)
    number, subject_id = tx.execute(whose).one()
    found = view.view(tx, services.law, sender.actor(int(subject_id)), str(number), now)
    if row.kind == "correction":
        return Answered(row, looked, corrected=found)
    return Answered(row, looked, case=found)


def _looked(tx: Connection, sender: Sender, row: InboundMessageRow) -> list[Looked]:
    """Return the items that this message left for people."""
    mine = (held_row.c.file_name == called(sender, row.serial), held_row.c.created_at == row.received_at)
    query = select(held_row.c.row, held_row.c.state, held_row.c.reason).where(*mine).order_by(held_row.c.id)
    return all_rows(tx.execute(query), Looked) if row.kind in ("annulment", "records") else []


def letter_of(tx: Connection, sender: Sender, serial: str, token: str) -> LetterRow:
    """Return a letter of the case that this sender's application of this serial opened, as its applicant may see it. NotFound for any
    other: to file one thing for a company is not to speak for it in all."""
    row = message_of(tx, sender, serial)
    if row is None or row.case_id is None or row.kind != "application":
        raise NotFound("没有这个流水号的申请。")
    whose = tx.execute(select(cases.c.subject_id).where(cases.c.id == row.case_id)).scalar_one()
    found = letter_for(tx, sender.actor(int(whose)), token)
    if found.case_id != row.case_id:
        raise NotFound("这件申请没有这份文书。")
    return found
