"""Verification of the whole trail: is what stands in the database what was written?

The trail has three layers, each catching what the one before cannot: the chain of each stream (a changed row), the signed
log over all streams (a chain rewritten from some point on), and checkpoints kept outside (everything rewritten, with our
own key). `row_proof` holds the rows of all other tables against what the program wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from repairflow.auditing import row_proof, statements
from repairflow.auditing.chain import canonical, case_stream, record_stream
from repairflow.auditing.notes import Verifier
from repairflow.auditing.report import Fault, Report
from repairflow.auditing.row_proof import Proved
from repairflow.auditing.walk import WalkResult, rows, walk
from repairflow.file_store.port import FileStore

_CASES = (
    "SELECT id, number, chain_head, version FROM cases ORDER BY id"  # a case's version is the seq of its last event
)
_RECORDS = "SELECT id, number, chain_head, chain_seq FROM record ORDER BY id"
_LETTERS = (
    "SELECT l.id, l.number, l.kind, l.text_digest, e.body FROM letter l LEFT JOIN event e ON e.digest = l.chain_head"
    " ORDER BY l.id"
)


def verify(tx: Connection, anchors: FileStore, public_key: Verifier | None, witnesses: Sequence[Path] = ()) -> Report:
    """Verify everything in one stable view and name every row that does not fit; change nothing.

    `anchors` is the store of daily checkpoint files, `witnesses` are files `repairflow witness` kept elsewhere. Only
    those count as outside, and none of them does when it lies in the same home as `anchors.place`.
    """
    return report(tx, walk(tx), row_proof.prove(tx), anchors, public_key, witnesses)


def report(
    tx: Connection,
    walked: WalkResult,
    proved: Proved,
    anchors: FileStore,
    public_key: Verifier | None,
    witnesses: Sequence[Path],
) -> Report:
    """Return what a walk over all events and the proof of all rows come to, beside the statements that were signed."""
    checked = statements.check(tx, anchors, public_key, witnesses, walked.leaves)
    findings = [
        *walked.findings,
        *_heads(tx, walked),
        *_letters(tx),
        *walked.named.missing(tx),
        *checked.findings,
        *proved.findings,
    ]
    return Report(
        events=walked.events,
        streams=len(walked.heads),
        leaves=checked.leaves,
        checkpoints=checked.checkpoints,
        waiting=walked.events - walked.leaves,
        erased=walked.erased + proved.erased,
        anchored=checked.anchored,
        findings=tuple(findings),
        rows=proved.rows,
        older_rows=proved.older,
    )


def _heads(tx: Connection, walked: WalkResult) -> Iterator[Fault]:
    unclaimed = {stream for stream in walked.heads if stream.startswith((case_stream(""), record_stream("")))}
    for table, label, statement, stream_of in (
        ("cases", "办件", _CASES, case_stream),
        ("record", "信息", _RECORDS, record_stream),
    ):
        for row_id, number, head, last in rows(tx, statement):
            stream = stream_of(number)
            unclaimed.discard(stream)
            seq, digest = walked.heads.get(stream, (0, ""))
            if (digest, seq) != (head, last):
                text = f"{label}所记的链首与最后一条留痕不符，末尾被截去或{label}被改动"
                yield Fault(table, row_id, "head", text, stream, seq)
    for stream in sorted(unclaimed):
        yield Fault("event", stream, "owner_missing", "留痕所属的办件或信息不存在，已被删除或改号", stream)


def _letters(tx: Connection) -> Iterator[Fault]:
    for letter_id, number, kind, text_digest, body in rows(tx, _LETTERS):
        if body is None:
            yield Fault("letter", letter_id, "head", f"文书 {number} 上印的链首在留痕中不存在")
        elif canonical({"letter": {"digest": text_digest, "kind": kind, "number": number}})[1:-1] not in body:
            yield Fault("letter", letter_id, "letter", f"文书 {number} 的文号、种类或内容摘要与出具它的留痕不符")
