"""Verification of the whole trail: is what stands in the database what was written?

Three layers, each catching what the one before cannot: the chain of each stream (a changed row), the signed log over all
streams (a chain rewritten from some point on), and checkpoints kept outside (everything rewritten, with our own key).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from repairflow.auditing import statements
from repairflow.auditing.chain import case_stream, record_stream
from repairflow.auditing.notes import Verifier
from repairflow.auditing.report import Finding, Report
from repairflow.auditing.walk import Walked, rows, walk

_CASES = "SELECT id, number, chain_head FROM cases ORDER BY id"
_RECORDS = "SELECT id, number, chain_head, chain_seq FROM record ORDER BY id"
_LETTERS = (
    "SELECT l.id, l.number FROM letter l LEFT JOIN event e ON e.digest = l.chain_head"
    " WHERE l.chain_head <> '' AND e.id IS NULL ORDER BY l.id"
)


def verify(tx: Connection, anchors: Path, public_key: Verifier | None, witnesses: Sequence[Path] = ()) -> Report:
    """Walks everything in one stable view and names every row that does not fit; changes nothing.

    `anchors` is the folder of daily checkpoint files, `witnesses` are files `repairflow witness` kept elsewhere. Only
    those count as outside, and none of them does when it lies in the same home as `anchors`.
    """
    walked = walk(tx)
    checked = statements.check(tx, anchors, public_key, witnesses, walked.leaves)
    findings = [*walked.findings, *_heads(tx, walked), *_letters(tx), *checked.findings]
    return Report(
        events=walked.events,
        streams=len(walked.heads),
        leaves=checked.leaves,
        checkpoints=checked.checkpoints,
        waiting=walked.events - walked.leaves,
        erased=walked.erased,
        anchored=checked.anchored,
        findings=tuple(findings),
    )


def _heads(tx: Connection, walked: Walked) -> Iterator[Finding]:
    unclaimed = {stream for stream in walked.heads if stream.startswith((case_stream(""), record_stream("")))}
    for case_id, number, head in rows(tx, _CASES):
        stream = case_stream(number)
        unclaimed.discard(stream)
        seq, digest = walked.heads.get(stream, (0, ""))
        if digest != head:
            yield Finding(
                "cases", case_id, "head", "办件所记的链首与最后一条留痕不符，末尾被截去或办件被改动", stream, seq
            )
    for record_id, number, head, chain_seq in rows(tx, _RECORDS):
        stream = record_stream(number)
        unclaimed.discard(stream)
        seq, digest = walked.heads.get(stream, (0, ""))
        if (digest, seq) != (head, chain_seq):
            yield Finding(
                "record", record_id, "head", "信息所记的链首与最后一条留痕不符，末尾被截去或信息被改动", stream, seq
            )
    for stream in sorted(unclaimed):
        yield Finding("event", stream, "owner_missing", "留痕所属的办件或信息不存在，已被删除或改号", stream)


def _letters(tx: Connection) -> Iterator[Finding]:
    for letter_id, number in rows(tx, _LETTERS):
        yield Finding("letter", letter_id, "head", f"文书 {number} 上印的链首在留痕中不存在")
