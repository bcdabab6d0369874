"""What still has to reach the platforms (推送) and people, as supervisors see it: rows that wait or died, targets, the worker,
holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.cases.receipts import FAILING
from repairflow.casework.outbound import act_pushes, pushes, told_targets
from repairflow.casework.outbox import UNFINISHED, last_why
from repairflow.casework.permissions import case_scope, record_scope
from repairflow.casework.queries.oversight import health
from repairflow.casework.worker_pulse import Pulse
from repairflow.errors import NotFound
from repairflow.prepared import compared
from repairflow.records import act, cases, letter, office, outbox, person, push_attempt, record, subject, target
from repairflow.records.rows import PushAttemptRow, all_rows, first_row

TOPICS = ("push", "press")
"""What is listed while it waits; of the other topics what was tried and did not get through."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "push": ("push",), "press": ("press",), "follow": ("follow",), "mail": ("mail", "link.mail", "link.asked", "mail.former"),
    "sms": ("sms", "link.sms"),
}  # fmt: skip
"""The topics of each kind of row that may be stuck."""
MARKET = "market_regulation"
SHOWN_FOR = timedelta(days=30)
"""How long after its end a repair is named whose registration authority nobody reached."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target's health. `last_receipt` and `oldest` (waiting since) are None where there is none."""

    name: str
    kind: str
    active: bool
    last_receipt: datetime | None
    waiting: int
    dead: int
    oldest: datetime | None
    code: str
    held: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the worker runs, how many pushes wait, and whether a jump of the clock holds what cannot be undone."""

    worker_alive: bool
    worker_seen: datetime | None
    waiting: int
    dead: int
    clock_jumped: bool
    held: int


def standing(tx: Connection, pulse: Pulse, actor: Actor, now: datetime) -> Standing:
    """Return the state of what goes out, counting what the actor may see; holds and the worker concern the whole node."""
    counted = tx.execute(
        _beside(select(outbox.c.state, func.count().label("rows")))
        .where(or_(outbox.c.topic.in_(TOPICS), outbox.c.state == "dead"), outbox.c.state.in_(UNFINISHED), _scope(actor))
        .group_by(outbox.c.state)
    )
    states: dict[str, int] = {row.state: row.rows for row in counted}
    return Standing(
        worker_alive=pulse.alive(tx, now),
        worker_seen=health.worker_seen(tx, now),
        waiting=states.get("waiting", 0) + states.get("leased", 0),
        dead=states.get("dead", 0),
        clock_jumped=clock_guard.read_clock(tx, now).held,  # noted by the first sweep after the jump
        held=clock_guard.waiting(tx),
    )


def targets(tx: Connection) -> tuple[Target, ...]:
    """Return every target with when it last acknowledged and what waits for it."""
    mine = outbox.c.target_id == target.c.id, outbox.c.topic == "push"
    waits = outbox.c.state.in_(("waiting", "leased"))
    # each of these reads what it counts in an index, however much lies in the archive
    last = select(func.max(outbox.c.ended_at)).where(outbox.c.target_id == target.c.id, outbox.c.state == "done")
    rows = tx.execute(
        select(
            target.c.name,
            target.c.kind,
            target.c.active,
            target.c.code,
            target.c.held_at,
            last.scalar_subquery().label("last"),
            select(func.count()).where(*mine, waits).scalar_subquery().label("waiting"),
            select(func.count()).where(*mine, outbox.c.state == "dead").scalar_subquery().label("dead"),
            select(func.min(outbox.c.created_at)).where(*mine, waits).scalar_subquery().label("oldest"),
        ).order_by(target.c.id)
    )
    return tuple(
        Target(
            row.name, row.kind, row.active, row.last, int(row.waiting or 0), int(row.dead or 0), row.oldest, row.code,
            row.held_at is not None,
        )
        for row in rows
    )  # fmt: skip


class Beyond(NamedTuple):
    """A repair nobody told the registration authority of: the two digits of its province, the case, the subject."""

    number: str
    name: str
    uscc: str
    province: str


def beyond(tx: Connection, actor: Actor, now: datetime, *, size: int = 20) -> tuple[Beyond, ...]:
    """Repairs granted by market regulation whose subject is registered in another province, where its registration authority
    has no target; open ones and those that ended within `SHOWN_FOR`, newest first.

    市场监管：the decision is to reach the registration authority there within three working days.
    """
    there = func.substr(subject.c.uscc, told_targets.REGISTERED.start + 1, 2)
    place = office.alias()
    reached = (
        select(target.c.id)
        .join(place, place.c.id == target.c.office_id)
        .where(target.c.active, target.c.kind == "authority", func.substr(place.c.division_code, 1, 2) == there)
    )
    # each half by an index: together SQLite would go through all cases, newest first
    open_ = select(cases.c.id).where(cases.c.closed_at.is_(None))
    recent = open_.union_all(select(cases.c.id).where(cases.c.closed_at >= now - SHOWN_FOR))
    rows = (
        select(cases.c.number, subject.c.name, subject.c.uscc, there.label("province"))
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(
            cases.c.id.in_(recent), compared(case_scope(actor)),
            cases.c.procedure.in_(pushes.REPAIRS), cases.c.state.in_(("executing", "granted")),
            office.c.domain == MARKET, there != func.substr(office.c.division_code, 1, 2), ~reached.exists(),
        )
        .order_by(cases.c.id.desc())
        .limit(size)
    )  # fmt: skip
    return tuple(all_rows(tx.execute(rows), Beyond))


class PushRow(NamedTuple):
    """A push or a file to make, with its target, case, record and letter where it has them."""

    id: int
    kind: str
    state: str
    attempts: int
    next_at: datetime | None
    last_error: str | None
    created_at: datetime
    target_name: str | None
    target_code: str | None
    case_number: str | None
    case_state: str | None
    procedure: str | None
    procedure_version: str | None
    subject_id: int | None
    confidential: bool | None
    channel: str | None
    internal: bool | None
    receiving_id: int | None
    deciding_id: int | None
    provider_id: int | None
    intake_id: int | None
    record_number: str | None
    document_number: str | None
    letter_title: str | None
    letter_number: str | None
    why: str | None
    minder: str | None
    note: str | None
    topic: str
    payload: Mapping[str, object]
    ended_at: datetime | None
    case_closed_at: datetime | None
    letter_state: str | None
    pressed_at: datetime | None


class Wanted(NamedTuple):
    """Which rows are looked for: of a kind of `KINDS`, a target, a cause (`gateway.platform.Why`); "" for any."""

    kind: str = ""
    target_code: str = ""
    why: str = ""

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """Return the query of these rows alone. What was tried before tries were kept met a fault of ours."""
        if self.kind:
            query = query.where(outbox.c.topic.in_(KINDS.get(self.kind, ())))
        if self.target_code:
            query = query.where(target.c.code == self.target_code)
        return query.where(func.coalesce(last_why, "here") == self.why) if self.why else query


ANY = Wanted()


def dead(tx: Connection, actor: Actor, *, wanted: Wanted = ANY, size: int = 100) -> tuple[PushRow, ...]:
    """Rows that were given up, oldest first: those of cases and records the actor may see."""
    query = wanted.narrow(_rows(actor).where(outbox.c.state == "dead"))
    return tuple(all_rows(tx.execute(query.order_by(outbox.c.id).limit(size)), PushRow))


def failing(tx: Connection, actor: Actor, *, wanted: Wanted = ANY, size: int = 100) -> tuple[PushRow, ...]:
    """Rows that did not get through and are tried again by themselves, oldest first."""
    query = wanted.narrow(_rows(actor).where(outbox.c.state.in_(("waiting", "leased")), *FAILING))
    return tuple(all_rows(tx.execute(query.order_by(outbox.c.id).limit(size)), PushRow))


def attempts(tx: Connection, outbox_id: int, size: int = 100) -> list[PushAttemptRow]:
    """Return the tries of a push, newest first."""
    rows = select(push_attempt).where(push_attempt.c.outbox_id == outbox_id).order_by(push_attempt.c.id.desc())
    return all_rows(tx.execute(rows.limit(size)), PushAttemptRow)


def waiting(
    tx: Connection, actor: Actor, *, after: int = 0, size: int = 50, untried: bool = False
) -> tuple[PushRow, ...]:
    """Pushes and letters on their way, oldest first by keyset; but for those `failing` where `untried`."""
    which = [outbox.c.topic.in_(TOPICS), *([not_(and_(*FAILING))] if untried else [])]
    found: list[PushRow] = []
    for state in ("waiting", "leased"):  # one by one: each is read from its index in the order wanted, and no further
        query = _rows(actor).where(*which, outbox.c.state == state, outbox.c.id > after).order_by(outbox.c.id)
        found += all_rows(tx.execute(query.limit(size)), PushRow)
    return tuple(sorted(found, key=lambda row: row.id)[:size])


def one(tx: Connection, actor: Actor, outbox_id: int) -> PushRow:
    """Return one row the actor may see. Raises NotFound, whether absent or foreign."""
    row = first_row(tx.execute(_rows(actor).where(outbox.c.id == outbox_id)), PushRow)
    if row is None:
        raise NotFound
    return row


def _rows(actor: Actor) -> Select[Any]:
    rows = (
        select(
            *(outbox.c[name] for name in ("id", "kind", "state", "attempts", "next_at", "last_error", "created_at")),
            target.c.name.label("target_name"),
            target.c.code.label("target_code"),
            cases.c.number.label("case_number"),
            cases.c.state.label("case_state"),
            cases.c.procedure,
            cases.c.procedure_version,
            cases.c.subject_id,
            cases.c.confidential,
            cases.c.channel,
            cases.c.internal,
            cases.c.receiving_id,
            cases.c.deciding_id,
            cases.c.provider_id,
            cases.c.intake_id,
            func.coalesce(record.c.number, act.c.number).label("record_number"),
            func.coalesce(record.c.document_number, act.c.document_number).label("document_number"),
            letter.c.title.label("letter_title"),
            letter.c.number.label("letter_number"),
            last_why.label("why"),
            person.c.name.label("minder"),
            outbox.c.note,
            outbox.c.topic,
            outbox.c.payload,
            outbox.c.ended_at,
            cases.c.closed_at.label("case_closed_at"),
            letter.c.state.label("letter_state"),
            letter.c.pressed_at,
        )
        .outerjoin(person, person.c.id == outbox.c.minder_id)
        .outerjoin(letter, letter.c.id == outbox.c.letter_id)
    )
    return _beside(rows).where(_scope(actor))


def _beside(rows: Select[Any]) -> Select[Any]:
    """Return the query of rows with what `_scope` asks about beside each: target, case, record, administrative act."""
    return (
        rows.outerjoin(target, target.c.id == outbox.c.target_id)
        .outerjoin(cases, cases.c.id == outbox.c.case_id)
        .outerjoin(record, record.c.id == outbox.c.record_id)
        .outerjoin(act, act_pushes.is_about())
    )


def _scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of a case one may see, of a record alone, and of an administrative act of one's own office; those of records and acts also
    for supervisors, who mind all targets; rows of neither, such as e-mails, for the credit office's supervisor alone."""
    alone = outbox.c.case_id.is_(None)
    of_record = and_(alone, or_(outbox.c.record_id.is_not(None), outbox.c.kind == act_pushes.KIND))
    seen = [
        and_(cases.c.id.is_not(None), case_scope(actor)),
        and_(alone, record.c.id.is_not(None), record_scope(actor)),
        and_(alone, act.c.office_id.in_(sorted(actor.offices))),
    ]
    if actor.oversees:
        return or_(*seen, alone)
    return or_(*seen, of_record) if actor.has_role("supervisor") else or_(*seen)
