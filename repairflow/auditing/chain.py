"""The chain: the one form of an event, how it is hashed, and the only way to append one.

An event's body is canonical JSON: ``{"act": {…}, "content": {…}, "personal": {…}, "v": 1}``. `act` repeats every column of
the row, so that a changed column contradicts the hashed body. `personal` holds salted digests; the values themselves lie
in `event_personal`, where erasing them leaves the chain whole.

The digest of an event is SHA-256 over a tag, the digest of the stream's previous event, and the body. It carries the
name of its algorithm, so that SM3 can stand beside it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as _quoted
from types import NoneType
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, text, update

from repairflow.prepared import Prepared, inserting
from repairflow.records import event, event_personal

TAG = b"repairflow/event/1\n"  # domain separation: no other hash of ours can be taken for an event's
PERSONAL_TAG = b"repairflow/personal/1\n"
SCHEMA = 1
NOTHING_PERSONAL = b',"personal":{},"v":%d}' % SCHEMA  # how the body of an event without personal values ends

_EVENT = inserting(
    event, "stream", "seq", "case_id", "record_id", "at", "action", "from_state", "to_state", "actor_id", "actor_name",
    "actor_role", "reason", "command_id", "body", "prev", "digest",
)  # fmt: skip


class _Key(NamedTuple):
    id: int


class _At(NamedTuple):
    at: datetime


_INSERT, _INSERT_TOLD = Prepared(_EVENT), Prepared(_EVENT.returning(event.c.id), _Key)
_INSERT_PERSONAL = Prepared(inserting(event_personal, "event_id", "field", "salt", "value"))
_HEAD = (
    select(event.c.seq, event.c.digest).where(event.c.stream == bindparam("name")).order_by(event.c.seq.desc()).limit(1)
)
_TIME = Prepared(select(event.c.at).where(event.c.stream == bindparam("name"), event.c.seq == bindparam("last")), _At)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class Appended(NamedTuple):
    """Where an event stands: its place in the stream, and its digest, which is the stream's head until another follows."""

    seq: int
    digest: str


EMPTY = Appended(0, "")
"""The head of a stream before its first event."""

Columns = tuple[
    str, int, int | None, int | None, str, str, str | None, str | None, int | None, str, str, str | None, str | None
]  # fmt: skip


class Act(NamedTuple):
    """The columns of an event that its body repeats, in the order in which the walk through the log reads them."""

    stream: str
    seq: int
    case_id: int | None
    record_id: int | None
    at: str  # as `instant` writes it
    action: str
    from_state: str | None
    to_state: str | None
    actor_id: int | None
    actor_name: str
    actor_role: str
    reason: str | None
    command_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event to append: all it says but its place in the stream. `personal` values stay out of the chain."""

    stream: str
    at: datetime
    action: str
    actor_id: int | None = None
    actor_name: str
    actor_role: str
    content: Mapping[str, object]  # whatever `canonical` can write
    case_id: int | None = None
    record_id: int | None = None
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    command_id: str | None = None
    personal: Mapping[str, str] = field(default_factory=dict)


def case_stream(number: str) -> str:
    """Return the stream of a case (办件编号)."""
    return "case/" + number


def record_stream(number: str) -> str:
    """Return the stream of a record (信息编号)."""
    return "record/" + number


def canonical(body: Mapping[str, object]) -> bytes:
    """Return the one sequence of bytes for `body`: JSON with sorted keys, no spaces, UTF-8.

    Days and instants become ISO 8601 text (instants in UTC, microseconds, "Z"), Decimals their digits. Raises TypeError
    for whatever has no single written form (floats, sets, bytes, keys that are no text) and ValueError for a naive
    instant, a Decimal that is no number, or text that is not valid Unicode.
    """
    return _ENCODER.encode(_plain(body)).encode()


def instant(at: datetime) -> str:
    """Return an aware instant as the chain writes it: 2026-06-10T02:00:00.000000Z."""
    if at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def link(prev: str, body: bytes) -> str:
    """`sha256:<hex>`: the digest of an event with these canonical bytes that follows the event digested `prev` ("" if none)."""
    return "sha256:" + hashlib.sha256(TAG + prev.encode() + b"\n" + body).hexdigest()


def personal_digest(salt: str, field: str, value: str) -> str:
    """Give the salted digest of a personal value, which is all the chain holds; without the salt values cannot be guessed."""
    return "sha256:" + hashlib.sha256(PERSONAL_TAG + f"{salt}\n{field}\n{value}".encode()).hexdigest()


def opening(act: Columns) -> bytes:
    """Return how the body of an event with these columns (an `Act`) begins; the same bytes as `canonical` gives, several times
    as quick."""
    (
        stream, seq, case_id, record_id, at, action, from_state, to_state, actor_id, actor_name, actor_role, reason,
        command_id,
    ) = act  # fmt: skip
    return (
        f'{{"act":{{"action":{_quoted(action)},"actor_id":{"null" if actor_id is None else actor_id}'
        f',"actor_name":{_quoted(actor_name)},"actor_role":{_quoted(actor_role)},"at":"{at}"'
        f',"case_id":{"null" if case_id is None else case_id}'
        f',"command_id":{"null" if command_id is None else _quoted(command_id)}'
        f',"from_state":{"null" if from_state is None else _quoted(from_state)}'
        f',"reason":{"null" if reason is None else _quoted(reason)}'
        f',"record_id":{"null" if record_id is None else record_id},"seq":{seq},"stream":{_quoted(stream)}'
        f',"to_state":{"null" if to_state is None else _quoted(to_state)}}},"content":'
    ).encode()


def append(tx: Connection, new: Entry, head: Appended, *, after: datetime | None = None) -> Appended:
    """Return one event more at the end of its stream, whose head is `head` (EMPTY before its first).

    Its time is never before its predecessor's, whatever the clock says: where `at` is, it stands at the predecessor's.
    `after` is that time for a caller who has read it; others leave it out.

    The caller holds the lock on the stream's case or record, or got the head from `heads`; two events for one place
    violate a unique constraint (sqlalchemy IntegrityError), as does a `command_id` used before.
    """
    if after is None and head.seq:
        before = _TIME.run(tx, name=new.stream, last=head.seq).first
        after = before.at if before is not None else None
    at = new.at if after is None else max(new.at, after)
    act = Act(
        new.stream, head.seq + 1, new.case_id, new.record_id, instant(at), new.action, new.from_state, new.to_state,
        new.actor_id, new.actor_name, new.actor_role, new.reason, new.command_id,
    )  # fmt: skip
    salted = [(name, secrets.token_hex(16), value) for name, value in new.personal.items()]
    digests = {name: personal_digest(salt, name, value) for name, salt, value in salted}
    ending = b"," + canonical({"personal": digests, "v": SCHEMA})[1:] if digests else NOTHING_PERSONAL
    body = b"%b%b%b" % (opening(act), canonical(new.content), ending)
    digest = link(head.digest, body)
    values = act._asdict() | {"at": at, "body": body, "prev": head.digest, "digest": digest}
    if salted:
        (made,) = _INSERT_TOLD.run(tx, **values).rows
        _INSERT_PERSONAL.write_all(
            tx, [{"event_id": made.id, "field": name, "salt": salt, "value": value} for name, salt, value in salted]
        )
    else:
        _INSERT.run(tx, **values)
    return Appended(act.seq, digest)


def heads(tx: Connection, stream: str) -> Appended:
    """Return the last event of a stream that no case or record row keeps (account/…, import/…, system); EMPTY before the first.

    Until `tx` ends nobody else can append to it."""
    if tx.dialect.name == "postgresql":  # on SQLite the write transaction is alone anyway
        tx.execute(_LOCK, {"name": stream})
    row = tx.execute(_HEAD, {"name": stream}).first()
    return Appended(row.seq, row.digest) if row else EMPTY


def content(body: bytes) -> dict[str, Any]:
    """Read what an event notes besides its columns, from its stored body."""
    found: dict[str, Any] = _DECODER.decode(body.decode())["content"]
    return found


def personal(tx: Connection, event_id: int) -> dict[str, str]:
    """Return the personal values of an event that are not erased."""
    table = event_personal.c
    rows = tx.execute(select(table.field, table.value).where(table.event_id == event_id, table.value.is_not(None)))
    return {row.field: row.value for row in rows}


def erase(tx: Connection, event_id: int) -> int:
    """Erase the personal values of an event (个人信息保护法 47) and leave its chain whole; give how many there were.

    Their salts go too: without them the digests left in the chain cannot be tried out.
    """
    table = event_personal
    here = (table.c.event_id == event_id, table.c.value.is_not(None))
    return tx.execute(update(table).where(*here).values(value=None, salt="")).rowcount


_TEXT = frozenset({str})
_WRITTEN_AS_THEY_ARE = frozenset({str, int, bool, NoneType})
"""Most values of an event; asked first, and by their class alone, since an event holds dozens."""


def _plain(value: object) -> object:
    if value.__class__ in _WRITTEN_AS_THEY_ARE or isinstance(value, str | int):
        return value
    if value.__class__ is dict or isinstance(value, Mapping):  # the class alone is told at once
        if set(map(type, value)) - _TEXT and not all(isinstance(key, str) for key in value):
            raise TypeError(f"a key that is no text has no place in an event: {list(value)}")
        return {key: item if item.__class__ in _WRITTEN_AS_THEY_ARE else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if item.__class__ in _WRITTEN_AS_THEY_ARE else _plain(item) for item in value]
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number")
        return format(value, "f")
    # A float is written differently by different programs: an auditor's own verifier could not recompute the digest.
    raise TypeError(f"{type(value).__name__} has no single written form; an event cannot hold it")
