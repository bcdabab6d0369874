"""Walks every event once, in the order they were written, and holds each against its stream, its body and its leaf.

A million events are read in parts; what stays in memory is the head of each stream. The usual case is one comparison of
bytes; only a row that does not fit is taken apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, text

from repairflow.auditing.chain import NOTHING_PERSONAL, canonical, link, opening, personal_digest
from repairflow.auditing.named_things import Named
from repairflow.auditing.report import Fault
from repairflow.auditing.sequencer import leaf_of

PART = 500  # rows fetched at a time
# The instant as the chain writes it, made by the database: parsing and printing a million of them costs more than hashing.
_AT = {
    "sqlite": "replace(e.at, ' ', 'T') || 'Z'",
    "postgresql": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
_EVENTS = (
    "SELECT e.id, e.body, e.prev, e.digest, l.leaf, e.stream, e.seq, e.case_id, e.record_id, {at}, e.action,"
    " e.from_state, e.to_state, e.actor_id, e.actor_name, e.actor_role, e.reason, e.command_id"
    " FROM event e LEFT JOIN log_leaf l ON l.event_id = e.id ORDER BY e.id"
)
_PERSONAL = "SELECT event_id, id, field, salt, value FROM event_personal ORDER BY event_id, id"
_COLUMNS = (
    "stream", "seq", "case_id", "record_id", "at", "action", "from_state", "to_state", "actor_id", "actor_name",
    "actor_role", "reason", "command_id",
)  # fmt: skip
_NONE = (0, "")

Row = tuple[Any, ...]


@dataclass(slots=True)
class WalkResult:
    """What the walk saw. `heads` maps each stream to seq and digest of its last event."""

    events: int = 0
    leaves: int = 0
    erased: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    named: Named = field(default_factory=Named)
    findings: list[Fault] = field(default_factory=list)


def rows(tx: Connection, statement: str) -> Iterator[Row]:
    """Raw rows through a cursor of their own; at no time more than `PART` of them are in memory."""
    if tx.dialect.name == "sqlite":
        # SQLite hands out row by row anyway, and what a Row object adds costs as much as hashing one.
        result = tx.execute(text(statement))
        while part := result.cursor.fetchmany(PART):
            yield from part
        result.close()
        return
    for rows_of_part in tx.execute(text(statement), execution_options={"yield_per": PART}).partitions():
        yield from rows_of_part


def walk(tx: Connection) -> WalkResult:
    """Every event held against its stream, body, columns, personal values and leaf."""
    walked = WalkResult()
    heads, findings = walked.heads, walked.findings
    personal = _Personal(tx, walked)
    for row in rows(tx, _EVENTS.format(at=_AT[tx.dialect.name])):
        event_id, body, prev, digest, leaf, stream, seq = row[:7]
        walked.events += 1
        try:
            last = heads.get(stream, _NONE)
            sound = (
                seq == last[0] + 1
                and prev == last[1]
                and link(prev, body) == digest
                and body.startswith(opening(row[5:]))
                and (leaf is None or leaf == leaf_of(digest))
            )
            if not sound:
                findings += _faults(row, last)
            if event_id == personal.next_event or not body.endswith(NOTHING_PERSONAL):
                personal.check(event_id, stream, seq, body)
            if b'"letter":' in body or b'"materials":[' in body:
                walked.named.add(event_id, stream, seq, row[7], body)
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


def _faults(row: Row, last: tuple[int, str]) -> Iterator[Fault]:
    event_id, body, prev, digest, leaf, stream, seq = row[:7]

    def finding(what: str, text: str) -> Fault:
        return Fault("event", event_id, what, text, stream, seq)

    if seq != last[0] + 1:
        yield finding("sequence", f"序号不连续：其前应为第 {seq - 1} 条，实为第 {last[0]} 条，中间有删除、插入或调换")
    elif prev != last[1]:
        yield finding("link", "与上一条的摘要不衔接")
    if link(prev, body) != digest:
        yield finding("digest", "正文与摘要不符，正文或摘要被改动")
    if not body.startswith(opening(row[5:])):
        yield finding("columns", _difference(row, body))
    if leaf is not None and leaf != leaf_of(digest):
        yield finding("leaf", "与日志中的记载不符，这一条在排入日志之后被重写")


def _difference(row: Row, body: bytes) -> str:
    try:
        act = json.loads(body)["act"]
        differing = [name for name, value in zip(_COLUMNS, row[5:], strict=True) if act[name] != value]
    except (ValueError, LookupError, TypeError):
        differing = []
    if differing:
        return "以下各栏与正文不符：" + "、".join(differing)
    return "正文不是规定的写法"


class _Personal:
    """The personal values beside the walk: both are read in order of events, each row once."""

    def __init__(self, tx: Connection, walked: WalkResult) -> None:
        self._groups = groupby(rows(tx, _PERSONAL), key=itemgetter(0))
        self._walked = walked
        self._group: list[Row] = []
        self.next_event: int | None = None
        self._advance()

    def _advance(self) -> None:
        self.next_event, group = next(self._groups, (None, iter(())))
        self._group = list(group)

    def check(self, event_id: int, stream: str, seq: int, body: bytes) -> None:
        """The values of one event against the digests in its body."""
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
