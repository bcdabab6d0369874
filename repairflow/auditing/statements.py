"""Holds every signed statement about the log against the log itself: checkpoints in the database, daily files, witnesses.

Each leaf is read once; at every size somebody signed for, the root is recomputed. That the log contains each statement is
at the same time their consistency with one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from repairflow.auditing import merkle, witness
from repairflow.auditing.notes import BadNote, Checkpoint, Verifier
from repairflow.auditing.report import Fault
from repairflow.auditing.walk import rows
from repairflow.errors import Invalid
from repairflow.file_store.port import FileStore, names
from repairflow.records import checkpoint
from repairflow.records.rows import CheckpointRow, all_rows

_LEAVES = "SELECT position, event_id, leaf FROM log_leaf ORDER BY position"
_STRAY = (
    "SELECT l.position, l.event_id FROM log_leaf l LEFT JOIN event e ON e.id = l.event_id"
    " WHERE e.id IS NULL ORDER BY l.position"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that the log's first `size` leaves have this root; `outside` when it is kept where we cannot rewrite it."""

    table: str
    id: int | str
    said: Checkpoint
    outside: bool = False


@dataclass(slots=True)
class Checked:
    """What the log has and how far outside statements reach."""

    leaves: int = 0
    checkpoints: int = 0
    anchored: int = 0
    findings: list[Fault] = field(default_factory=list)


def check(
    tx: Connection, anchors: FileStore, public_key: Verifier | None, witnesses: Sequence[Path], leaves_with_event: int
) -> Checked:
    """Return every statement found against the leaves as they stand; leaves without event named when counts differ."""
    checked = Checked()
    statements = [
        *_kept_inside(tx, anchors, public_key, checked),
        *_kept_outside(anchors, public_key, witnesses, checked),
    ]
    by_size: dict[int, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_size[statement.said.size].append(statement)
    tree = merkle.Frontier()
    pending: list[bytes] = []
    _compare(by_size.pop(0, []), tree, checked)
    for position, event_id, leaf in rows(tx, _LEAVES):
        if position != checked.leaves:
            text = f"日志位置不连续：应为 {checked.leaves}，实为 {position}"
            checked.findings.append(Fault("log_leaf", position, "position", text))
        if not isinstance(leaf, bytes) or len(leaf) != 32:
            checked.findings.append(Fault("log_leaf", position, "leaf", f"叶值无法识别（留痕 {event_id}）"))
            leaf = bytes(32)
        checked.leaves += 1
        pending.append(leaf)
        if checked.leaves in by_size or len(pending) == merkle.BLOCK:
            tree.extend(pending)
            pending.clear()
            _compare(by_size.pop(checked.leaves, []), tree, checked)
    for size, missing in sorted(by_size.items()):
        text = f"检查点证明日志曾有 {size} 条，现只有 {checked.leaves} 条，末尾被截去"
        checked.findings += [Fault(s.table, s.id, "truncated", text) for s in missing]
    if checked.leaves != leaves_with_event:
        checked.findings += [
            Fault("log_leaf", position, "event_missing", f"日志第 {position} 位所指的第 {event_id} 号留痕不存在")
            for position, event_id in rows(tx, _STRAY)
        ]
    return checked


def _compare(statements: list[Statement], tree: merkle.Frontier, checked: Checked) -> None:
    if not statements:
        return
    root = tree.root()
    for statement in statements:
        if statement.said.root != root:
            text = f"日志前 {tree.size} 条与所签的根哈希不符，其中有内容被改动、删除或调换"
            checked.findings.append(Fault(statement.table, statement.id, "root", text))
        elif statement.outside:
            checked.anchored = max(checked.anchored, tree.size)


def _kept_inside(tx: Connection, anchors: FileStore, public_key: Verifier | None, checked: Checked) -> list[Statement]:
    found = []
    for row in all_rows(tx.execute(select(checkpoint).order_by(checkpoint.c.size)), CheckpointRow):
        checked.checkpoints += 1
        said = _opened("checkpoint", row.id, row.note, public_key, checked)
        if said is not None:
            if (said.size, said.root.hex()) != (row.size, row.root):
                checked.findings.append(Fault("checkpoint", row.id, "columns", "条数或根哈希两栏与签名内容不符"))
            found.append(Statement("checkpoint", row.id, said))
    for name in names(anchors, ".checkpoint"):
        said = _opened("anchors", name, _text(anchors, name), public_key, checked)
        if said is not None:
            found.append(Statement("anchors", name, said))
    return found


def _kept_outside(
    anchors: FileStore, public_key: Verifier | None, witnesses: Sequence[Path], checked: Checked
) -> list[Statement]:
    found = []
    home = anchors.place.resolve().parent
    for file in witnesses:
        try:
            held = witness.read(file)
        except Invalid as error:
            checked.findings.append(Fault("witness", file.name, "unreadable", error.message))
            continue
        if public_key is not None and held.key != public_key:
            checked.findings.append(Fault("witness", file.name, "key", "见证时的公钥与现在的公钥不同，签名密钥被换过"))
        # Whoever can rewrite the database can rewrite a file beside it.
        outside = home not in file.resolve().parents
        for number, note in enumerate(held.kept, 1):
            said = _opened("witness", f"{file.name}:{number}", note, held.key, checked)
            if said is not None:
                found.append(Statement("witness", f"{file.name}:{number}", said, outside))
        if held.refused:
            text = f"见证人曾收到 {len(held.refused)} 个与先前不一致的检查点：日志被重写过"
            checked.findings.append(Fault("witness", file.name, "forked", text))
    return found


def _opened(table: str, row_id: int | str, note: str, key: Verifier | None, checked: Checked) -> Checkpoint | None:
    if key is None:
        checked.findings.append(Fault(table, row_id, "key_missing", "没有公钥（keys/log.pub），无法核对签名"))
        return None
    try:
        return key.open(note)
    except BadNote as error:
        checked.findings.append(Fault(table, row_id, "signature", error.message))
        return None


def _text(anchors: FileStore, name: str) -> str:
    try:
        return anchors.read(name).decode()
    except (OSError, UnicodeDecodeError):
        return ""
