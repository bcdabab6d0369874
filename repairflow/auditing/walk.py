"""Walks every event once, in the order they were written, and holds each against its stream, its body and its leaf.

A million events are read in parts; what stays in memory is the head of each stream. The usual case is one comparison of
bytes; only a row that does not fit is taken apart.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from repairflow.auditing.chain import NOTHING_PERSONAL, TAG, canonical, link, opening, personal_digest
from repairflow.auditing.named_things import Named
from repairflow.auditing.report import Fault

PART = 500  # rows fetched at a time
# The instant as the chain writes it, made by the database: parsing and printing a million of them costs more than hashing.
_AT = {
    "sqlite": "replace(e.at, ' ', 'T') || 'Z'",
    "postgresql": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
_COLUMNS = (
    "stream", "seq", "case_id", "record_id", "at", "action", "from_state", "to_state", "actor_id", "actor_name",
    "actor_role", "reason", "command_id",
)  # fmt: skip
_WRITTEN = sorted(_COLUMNS)
_EVENTS = (
    "SELECT e.id, e.body, e.prev, e.digest, l.leaf, e.stream, e.seq, e.case_id, {fits}"
    " FROM event e LEFT JOIN log_leaf l ON l.event_id = e.id{leaves} WHERE e.id > {after}{upto} ORDER BY e.id"
)
_PERSONAL = (
    "SELECT event_id, id, field, salt, value FROM event_personal WHERE event_id > {after}{upto} ORDER BY event_id, id"
)
_ONE = (
    "SELECT e.stream, e.seq, e.case_id, e.record_id, {at}, e.action, e.from_state, e.to_state, e.actor_id, e.actor_name,"
    " e.actor_role, e.reason, e.command_id FROM event e WHERE e.id = {id}"
)
_SHORTEST = len(opening(("", 0, None, None, "", "", None, None, None, "", "", None, None)))
"""What an event notes begins behind its columns, which are never shorter."""
_NONE = (0, "")
_LEAF = "与日志中的记载不符，这一条在排入日志之后被重写"

Row = tuple[Any, ...]


class Stretch(NamedTuple):
    """Events with ids above `after`, up to `upto` (None: all there are), and of the log its first `leaves` places."""

    after: int
    upto: int | None = None
    leaves: int | None = None


EVERYTHING = Stretch(-(2**62))


class First(NamedTuple):
    """The first event of a stream that a walk met: whether it follows the one before, only who saw that one can say."""

    event_id: int
    seq: int
    prev: str


@dataclass(slots=True)
class WalkResult:
    """What the walk saw. `heads` maps each stream to seq and digest of its last event, `firsts` to its first one."""

    events: int = 0
    leaves: int = 0
    erased: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    firsts: dict[str, First] = field(default_factory=dict)
    named: Named = field(default_factory=Named)
    findings: list[Fault] = field(default_factory=list)


def rows(tx: Connection, statement: str) -> Iterator[Row]:
    """Raw rows through a cursor of their own; at no time more than `PART` of them are in memory."""
    if tx.dialect.name == "sqlite":
        # SQLite hands out row by row anyway, and what a Row object adds costs as much as hashing one.
        result = tx.execute(text(statement.replace(":", r"\:")))
        while part := result.cursor.fetchmany(PART):
            yield from part
        result.close()
        return
    found = tx.execute(text(statement.replace(":", r"\:")), execution_options={"yield_per": PART})
    for rows_of_part in found.partitions():
        yield from rows_of_part


def walk(tx: Connection) -> WalkResult:
    """Return every event held against its stream, body, columns, personal values and leaf."""
    return joined([stretch(tx, EVERYTHING)])


def joined(parts: Iterable[WalkResult]) -> WalkResult:
    """Return what walks over neighbouring stretches saw, in their order, as one walk over all of them."""
    whole = WalkResult()
    for part in parts:
        for stream, first in part.firsts.items():
            whole.findings += _out_of_order(
                first.event_id, stream, first.seq, first.prev, whole.heads.get(stream, _NONE)
            )
        whole.firsts = part.firsts | whole.firsts
        whole.heads |= part.heads
        whole.named.take(part.named)
        whole.findings += part.findings
        whole.events += part.events
        whole.leaves += part.leaves
        whole.erased += part.erased
    return whole


def stretch(tx: Connection, of: Stretch) -> WalkResult:
    """As `walk`, for one stretch of the events; the first of each stream is not yet held against the one before it."""
    try:
        return _stretch(tx, of, _fits(tx, any_kind=False))
    except sqlite3.OperationalError:
        return _stretch(tx, of, _fits(tx, any_kind=True))


def _stretch(tx: Connection, of: Stretch, fits_sql: str) -> WalkResult:
    walked = WalkResult()
    heads, findings = walked.heads, walked.findings
    upto = "" if of.upto is None else f" AND {{}} <= {of.upto}"
    personal = _Personal(rows(tx, _PERSONAL.format(after=of.after, upto=upto.format("event_id"))), walked)
    leaves = "" if of.leaves is None else f" AND l.position < {of.leaves}"
    asked = _EVENTS.format(fits=fits_sql, leaves=leaves, after=of.after, upto=upto.format("e.id"))
    for event_id, body, prev, digest, leaf, stream, seq, case_id, fits in rows(tx, asked):
        walked.events += 1
        try:
            last = heads.get(stream)
            if last is None:
                walked.firsts[stream] = First(event_id, seq, prev)
            elif seq != last[0] + 1 or prev != last[1]:
                findings += _out_of_order(event_id, stream, seq, prev, last)
            if fits != 1 or "sha256:" + sha256(TAG + prev.encode() + b"\n" + body).hexdigest() != digest:  # `link`
                findings += _altered(tx, event_id, body, prev, digest)
            if leaf is not None and leaf != sha256(b"\x00" + digest.encode()).digest():
                findings.append(Fault("event", event_id, "leaf", _LEAF, stream, seq))
            if event_id == personal.next_event or not body.endswith(NOTHING_PERSONAL):
                personal.check(event_id, stream, seq, body)
            if body.find(b'"letter":', _SHORTEST) > 0 or (case_id and body.find(b'"materials":[', _SHORTEST) > 0):
                walked.named.add(event_id, stream, seq, case_id, body)
        except (
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ):  # a value of another kind than the column's
            findings.append(Fault("event", event_id, "unreadable", "内容无法识别", str(stream), seq))
        if leaf is not None:
            walked.leaves += 1
        heads[stream] = (seq, digest)
    personal.rest()
    return walked


def _fits(tx: Connection, *, any_kind: bool) -> str:
    """Return SQL that says 1 where the body begins as `chain.opening` writes the columns.

    The database compares: to hand out thirteen columns of each row and write them again here costs more than the hash.
    Whatever it does not find equal, `_altered` looks at again. SQLite's JSON refuses binary values, which only `any_kind`
    lets pass.
    """
    at = _AT[tx.dialect.name]
    if tx.dialect.name == "postgresql":
        values = {name: f"coalesce(to_json(e.{name})::text, 'null')" for name in _WRITTEN} | {
            "at": f"to_json({at})::text"
        }
        act = ", ',', ".join(f"'\"{name}\":', {value}" for name, value in values.items())
        return f"position(convert_to(concat('{{\"act\":{{', {act}, '}},\"content\":'), 'UTF8') in e.body)"
    kept = "CASE typeof(e.{0}) WHEN 'blob' THEN 0.5 ELSE e.{0} END" if any_kind else "e.{0}"
    written = {name: kept.format(name) for name in _WRITTEN} | {"at": at}
    act = ", ".join(f"'{name}', {value}" for name, value in written.items())
    return f"instr(e.body, CAST('{{\"act\":' || json_object({act}) || ',\"content\":' AS BLOB))"


def _out_of_order(event_id: int, stream: str, seq: int, prev: str, last: tuple[int, str]) -> Iterator[Fault]:
    if seq != last[0] + 1:
        said = f"序号不连续：其前应为第 {seq - 1} 条，实为第 {last[0]} 条，中间有删除、插入或调换"
        yield Fault("event", event_id, "sequence", said, stream, seq)
    elif prev != last[1]:
        yield Fault("event", event_id, "link", "与上一条的摘要不衔接", stream, seq)


def _altered(tx: Connection, event_id: int, body: bytes, prev: str, digest: str) -> Iterator[Fault]:
    """Yield what of an event does not fit its own body; nothing when only the database wrote the columns otherwise."""
    act: Row
    try:
        (act,) = tx.execute(text(_ONE.format(at=_AT[tx.dialect.name], id=event_id).replace(":", r"\:"))).all()
    except DBAPIError:  # SQLite hands out no text that is none
        yield Fault("event", event_id, "unreadable", "各栏无法识别")
        return
    if link(prev, body) != digest:
        yield Fault("event", event_id, "digest", "正文与摘要不符，正文或摘要被改动", act[0], act[1])
    if not body.startswith(opening(tuple(act))):  # a column of another kind raises
        yield Fault("event", event_id, "columns", _difference(act, body), act[0], act[1])


def _difference(act: Row, body: bytes) -> str:
    try:
        said = json.loads(body)["act"]
        differing = [name for name, value in zip(_COLUMNS, act, strict=True) if said[name] != value]
    except (ValueError, LookupError, TypeError):
        differing = []
    if differing:
        return "以下各栏与正文不符：" + "、".join(differing)
    return "正文不是规定的写法"


class _Personal:
    """The personal values beside the walk: both are read in order of events, each row once."""

    def __init__(self, values: Iterator[Row], walked: WalkResult) -> None:
        self._groups = groupby(values, key=itemgetter(0))
        self._walked = walked
        self._group: list[Row] = []
        self.next_event: int | None = None
        self._advance()

    def _advance(self) -> None:
        self.next_event, group = next(self._groups, (None, iter(())))
        self._group = list(group)

    def check(self, event_id: int, stream: str, seq: int, body: bytes) -> None:
        """Compare the values of one event against the digests in its body."""
        while self.next_event is not None and self.next_event < event_id:
            self._stray()
        stored = self._group if self.next_event == event_id else []
        if stored:
            self._advance()
        parsed = json.loads(body)
        digests: dict[str, str] = dict(parsed["personal"])
        if not body.endswith(b"," + canonical({"personal": digests, "v": parsed["v"]})[1:]):
            raise ValueError("personal digests stand where they must not")
        for _, row_id, name, salt, value in stored:
            expected = digests.pop(name, None)
            if expected is None:
                self._found(row_id, "personal_extra", f"正文没有个人信息项 {name}", stream, seq)
            elif value is None:
                self._walked.erased += 1
            elif personal_digest(salt, name, value) != expected:
                self._found(row_id, "personal", f"个人信息项 {name} 与正文中的摘要不符", stream, seq)
        for name in digests:
            self._walked.findings.append(
                Fault("event", event_id, "personal_missing", f"个人信息项 {name} 的行被删除", stream, seq)
            )

    def rest(self) -> None:
        """Values left over once all events are seen belong to none."""
        while self.next_event is not None:
            self._stray()

    def _stray(self) -> None:
        for event_id, row_id, name, _, _ in self._group:
            self._found(row_id, "personal_stray", f"个人信息项 {name} 所属的第 {event_id} 号留痕不存在", None, None)
        self._advance()

    def _found(self, row_id: int, what: str, text: str, stream: str | None, seq: int | None) -> None:
        self._walked.findings.append(Fault("event_personal", row_id, what, text, stream, seq))
