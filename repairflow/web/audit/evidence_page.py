"""What an evidence bundle holds, as a PDF that people read: events with their guards, letters with their digests, how to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import Connection

from repairflow import times
from repairflow.auditing import checkpoints
from repairflow.auditing.notes import Verifier
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.queries.audit import case_papers
from repairflow.casework.queries.audit.case_events import history
from repairflow.casework.queries.documents.verification import STATE_LABELS
from repairflow.law.procedure.library import Library
from repairflow.letters.pdf.sheet import press_sheet, printable
from repairflow.records.rows import CaseRow


def pressed(tx: Connection, law: Library, rows: Sequence[CaseRow], public_key: Verifier) -> bytes:
    """Return the PDF for the bundle of these cases (PDF/A, tagged): the same bytes for the same cases at the same checkpoint."""
    found = [_case(tx, law, row) for row in rows]
    note = checkpoints.newest_note(tx)
    made = max((one["at"] for case in found for one in case["events"]), default=None)
    title = f"证据包内容：办件 {rows[0].number}" if len(rows) == 1 else f"证据包内容：{len(rows)} 个办件"
    page = render_template(
        "files/evidence_print.html", title=title, made=times.local_day(made) if made else "1970-01-01", cases=found,
        checkpoint=public_key.open(note) if note else None, key=str(public_key),
        events=sum(len(one["events"]) for one in found), letters=sum(len(one["letters"]) for one in found),
    )  # fmt: skip
    # The events themselves hold what no font here prints.
    return press_sheet(printable(page), "evidence.css")


def _case(tx: Connection, law: Library, row: CaseRow) -> dict[str, Any]:
    procedure, _ = pinned(law, row)
    papers = case_papers.of_case(tx, row)
    return {
        "number": row.number,
        "subject": papers.subject.name,
        "procedure": f"{procedure.label}（{procedure.version} 版）",
        "office": papers.deciding.name,
        "filed": _when(row.filed_at),
        "closed": row.closed_at and _when(row.closed_at),
        "events": [
            asdict(one) | {"moved": one.moved, "when": _when(one.at)} for one in history(tx, law, row)
        ],
        "letters": [
            {
                "title": one.title, "number": one.number, "issued": _when(one.issued_at), "event_seq": one.event_seq,
                "state": STATE_LABELS.get(one.state, one.state), "text_digest": one.text_digest, "pdf_digest": one.pdf_digest,
            }
            for one in papers.letters
        ],
        "materials": [(label_of(procedure, kind), digest) for kind, digest in case_papers.materials(tx, row)],
    }  # fmt: skip


def _when(at: datetime) -> str:
    return times.local(at).strftime("%Y-%m-%d %H:%M")
