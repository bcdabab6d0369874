"""Whether each row is what the program last made of it: state, fine, letter, material, deadline, receipt, post, setting.

`row_change` says what the program wrote into each row; the events of the stream `rows` bind those lines into the log, and
the log is signed and witnessed. So a row changed, deleted, added or swapped by hand is named with its field, what is
recorded and what was found. A row older than these lines has a line `base`: proved from there on, and counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, text

from repairflow.auditing import search_proof, uninformed_proof
from repairflow.auditing.chain import content
from repairflow.auditing.report import Fault
from repairflow.auditing.walk import PART, rows
from repairflow.records import event, row_triggers
from repairflow.row_changes import read, shown

STREAM = "rows"
_LINES = text("SELECT row_id, id, kind, salt, fields FROM row_change WHERE tbl = :table ORDER BY row_id, id")
_LINES_OF_ROW = text(
    "SELECT row_id, id, kind, salt, fields FROM row_change WHERE tbl = :table AND row_id = :row ORDER BY id"
)
_BOUND = "SELECT batch, id, tbl, row_id, kind, fields, at FROM row_change WHERE batch IS NOT NULL ORDER BY batch, id"
_WAITING = "SELECT count(*) FROM row_change WHERE batch IS NULL"
_EVENTS = select(event.c.id, event.c.seq, event.c.body).where(event.c.stream == bindparam("stream"))

Line = Sequence[Any]
State = dict[str, tuple[Any, str]]  # field -> what is recorded, and the salt of its digest


@dataclass(slots=True)
class Proved:
    """What was held against the lines: rows, those known only since their line `base`, erased values, lines not bound yet."""

    rows: int = 0
    older: int = 0
    erased: int = 0
    waiting: int = 0
    findings: list[Fault] = field(default_factory=list)

    def add(self, part: Proved) -> None:
        """Ensure that this holds what the part found, too."""
        self.rows += part.rows
        self.older += part.older
        self.erased += part.erased
        self.waiting += part.waiting
        self.findings += part.findings


class Bound(NamedTuple):
    """A line as an event binds it."""

    id: int
    tbl: str
    row_id: int
    kind: str
    fields: str
    at: str


def prove(tx: Connection) -> Proved:
    """Hold every row of every held table against its lines, every bound line against its event, and what is made out of
    rows against them."""
    return joined([prove_tables(tx, row_triggers.held(tx)), prove_lines(tx), prove_derived(tx)])


def joined(parts: Iterable[Proved]) -> Proved:
    """Return what was proved part by part, as one."""
    whole = Proved()
    for part in parts:
        whole.add(part)
    return whole


def prove_tables(tx: Connection, tables: Iterable[str]) -> Proved:
    """Hold every row of these tables against its lines."""
    proved = Proved()
    for table in tables:
        _table(tx, table, proved)
    return proved


def prove_lines(tx: Connection) -> Proved:
    """Hold every bound line against its event, and count those not bound yet."""
    return Proved(findings=list(_bindings(tx)), waiting=next(rows(tx, _WAITING))[0])


def prove_derived(tx: Connection) -> Proved:
    """Hold what is made out of rows against them: parts a search begins with, records that have no 告知书."""
    return Proved(findings=[*search_proof.prove(tx), *uninformed_proof.prove(tx)])


def prove_row(tx: Connection, table: str, row_id: int) -> list[Fault]:
    """Hold one row against its lines."""
    kept = tuple(tx.execute(_LINES_OF_ROW, {"table": table, "row": row_id}))
    return _held_against(table, row_id, kept, row_triggers.row_of(tx, table, row_id)).findings


def digest_of(line: Bound) -> str:
    """Return the digest of one line, as its event holds it."""
    return hashlib.sha256(json.dumps([*line], ensure_ascii=False).encode()).hexdigest()[:32]


def _table(tx: Connection, table: str, proved: Proved) -> None:
    kept = groupby(_lines(tx, table), key=itemgetter(0))
    found = row_triggers.rows_of(tx, table)
    ours, theirs = next(kept, None), next(found, None)
    while ours is not None or theirs is not None:
        row_id = min(one[0] for one in (ours, theirs) if one is not None)
        lines, row = tuple[Line, ...](), None
        if ours is not None and ours[0] == row_id:
            lines = tuple(ours[1])
            ours = next(kept, None)
        if theirs is not None and theirs[0] == row_id:
            row = theirs[1]
            theirs = next(found, None)
        proved.add(_held_against(table, row_id, lines, row))


def _held_against(table: str, row_id: int, lines: tuple[Line, ...], row: str | None) -> Proved:
    """Return what one row, None where there is none, and all lines of it come to; it depends on nothing else."""
    proved = Proved(rows=row is not None)
    _met(table, row_id, _folded(table, row_id, lines, proved), row, proved, known=bool(lines))
    return proved


def _met(table: str, row_id: int, state: State | None, row: str | None, proved: Proved, *, known: bool) -> None:
    """Compare what the lines come to beside what is there."""
    if state is not None and row is not None:
        _compare(table, row_id, state, row, proved)
    elif state is not None:
        text_ = "这一行由程序写入，现已不存在，被人从数据库中删除"
        proved.findings.append(Fault(table, row_id, "row_missing", text_))
    elif row is not None:
        text_ = "这一行已由程序删除，现又出现，系人为添加" if known else "这一行不是由程序写入，系人为添加"
        proved.findings.append(Fault(table, row_id, "row_extra", text_))


def _lines(tx: Connection, table: str) -> Iterator[Line]:
    for part in tx.execute(_LINES, {"table": table}, execution_options={"yield_per": PART}).partitions():
        yield from part


def _folded(table: str, row_id: int, lines: Iterable[Line], proved: Proved) -> State | None:
    """Return what the lines of a row come to; None for one the program deleted."""
    state: State | None = None
    for line in lines:
        try:
            state = _followed(table, row_id, state, line, proved)
        except (ValueError, TypeError, AttributeError, LookupError):  # an altered line
            text_ = f"{table} {row_id} 的写入记录无法识别"
            proved.findings.append(Fault("row_change", line[1], "unreadable", text_))
    return state


def _followed(table: str, row_id: int, state: State | None, line: Line, proved: Proved) -> State | None:
    _, line_id, kind, salt, written = line
    if kind == "delete":
        return None
    fields = json.loads(written)
    if kind in ("insert", "base"):
        if state is not None:
            proved.findings.append(Fault("row_change", line_id, "line_twice", f"{table} {row_id} 的写入记录重复"))
        proved.older += kind == "base"
        return {name: (value, salt) for name, value in fields.items()}
    if state is None:
        text_ = f"{table} {row_id} 的写入记录不完整，其前的记录被删除"
        proved.findings.append(Fault("row_change", line_id, "line_missing", text_))
        state = {}
    proved.findings += _between(table, row_id, state, fields)
    return state | {name: (new, salt) for name, (_, new) in fields.items()}


def _between(table: str, row_id: int, state: State, fields: dict[str, list[Any]]) -> Iterator[Fault]:
    """Fields that the program found otherwise than it had left them."""
    for name, (was, _) in fields.items():
        known = state.get(name)
        if known is not None and known[0] != was and not _is_digest(was) and not _is_digest(known[0]):
            text_ = f"字段 {name} 在两次办理之间被改：记载为 {_said(known[0])}，下一次办理前已是 {_said(was)}"
            yield Fault(table, row_id, "row_between", text_, field=name, recorded=_said(known[0]), found=_said(was))


def _compare(table: str, row_id: int, state: State, row: str, proved: Proved) -> None:
    try:
        fields = read(table, row)
    except (ValueError, TypeError, AttributeError):
        proved.findings.append(Fault(table, row_id, "unreadable", "这一行的内容无法识别"))
        return
    for name, value in fields.items():
        known = state.get(name)
        if known is None:
            continue  # a column newer than the line
        recorded, salt = known
        if not isinstance(value, str) and value == recorded:
            continue  # most fields: a line keeps what is no text as it is
        if _is_digest(recorded) and not salt:
            proved.erased += 1
        elif (kept := shown(salt, name, value)) != recorded:
            closed = _is_digest(recorded) or _is_digest(kept)
            was, now = ("", "") if closed else (_said(recorded), _said(value))
            text_ = f"字段 {name} 与记载不符" + (
                "（个人信息或长文本，不显示内容）" if closed else f"：记载为 {was}，现为 {now}"
            )
            proved.findings.append(Fault(table, row_id, "row", text_, field=name, recorded=was, found=now))


def _bindings(tx: Connection) -> Iterator[Fault]:
    """Lines that are not those their event binds."""
    events = {}
    for row in tx.execute(_EVENTS, {"stream": STREAM}):
        said = content(row.body)
        if said[
            "rows"
        ]:  # earlier versions wrote one that binds nothing, under the next one's number, where two nodes bound at once
            events[said["batch"]] = (row.id, row.seq, {int(one[0]): str(one[1]) for one in said["rows"]})
    for batch, group in groupby(rows(tx, _BOUND), key=itemgetter(0)):
        event_id, seq, bound = events.pop(batch, (None, None, {}))
        for line in (Bound(*row[1:]) for row in group):
            if bound.pop(line.id, None) != digest_of(line):
                text_ = f"{line.tbl} {line.row_id} 的写入记录与留痕不符，被改动或添加"
                yield Fault("row_change", line.id, "line", text_, STREAM, seq)
        for missing in bound:
            yield Fault("row_change", missing, "line_missing", "写入记录被删除", STREAM, seq)
    for event_id, seq, bound in events.values():
        for missing in bound:
            yield Fault("row_change", missing, "line_missing", f"写入记录被删除（留痕 {event_id}）", STREAM, seq)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and value.startswith("~")


def _said(value: object) -> str:
    return "空" if value is None else str(value)
