"""A composed letter becomes a PDF: outside the transaction that issued it, and recorded when it lies on disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from repairflow.auditing import chain
from repairflow.auditing.bundle import PRESS_STREAM
from repairflow.db import Database
from repairflow.letters.letter import LetterData, Pressed
from repairflow.letters.press import store
from repairflow.records import letter


def press(db: Database, folder: Path, make: Callable[[LetterData], Pressed], letter_id: int, now: datetime) -> str:
    """Afterwards the letter's PDF lies under its token and its digest stands in the row and the trail; gives the digest.

    Pressing again writes the same file and no second event. Raises what the press raises (MissingGlyphs, PressFailed);
    the letter then waits and shows why.
    """
    with db.read() as tx:
        row = tx.execute(select(letter).where(letter.c.id == letter_id)).one()
    pressed = make(LetterData.model_validate(row.content))
    digest = "sha256:" + pressed.sha256
    store(path_of(folder, row.token), pressed.pdf)
    if row.pdf_digest == digest:
        return digest
    with db.begin() as tx:
        seq, head = chain.heads(tx, PRESS_STREAM)
        chain.append(
            tx,
            stream=PRESS_STREAM,
            prev_seq=seq,
            prev_digest=head,
            case_id=None,
            record_id=None,
            at=now,
            action="pressed",
            from_state=None,
            to_state=None,
            actor_id=None,
            actor_name="系统",
            actor_role="system",
            reason=None,
            command_id=None,
            content={"letter": row.number, "pdf": digest, "text": row.text_digest, "pages": pressed.pages},
        )
        tx.execute(
            update(letter)
            .where(letter.c.id == letter_id)
            .values(pdf_digest=digest, pdf_size=len(pressed.pdf), pressed_at=now, press_error=None)
        )
    return digest


def path_of(folder: Path, token: str) -> Path:
    """Where a letter's PDF lies."""
    return folder / f"{token}.pdf"
