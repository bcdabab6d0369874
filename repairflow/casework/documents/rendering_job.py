"""A composed letter becomes a PDF, signed where its office signs: outside the transaction that issued it, and recorded
when it lies on disk. One that cannot be made waits and says why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from repairflow.auditing.press_events import PRESS_STREAM
from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.db import Database
from repairflow.errors import Conflict, Unavailable
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.renderer.pool import store
from repairflow.letters.signing.port import KeyMissing, NoSeals, Seals
from repairflow.records import letter, office, office_seal, outbox
from repairflow.records.rows import LetterRow, one_row


class Replaced(Unavailable):
    """Another file lies where a letter's should."""


ALARMED = ("head", "supervisor")
"""Who hears that a letter cannot be made: the office's head, and whoever supervises."""


def press(
    db: Database,
    folder: Path,
    make: Callable[[LetterData], Pressed],
    letter_id: int,
    now: datetime,
    seals: Seals = NoSeals(),  # noqa: B008  it has no state
) -> str:
    """Ensure that the letter's PDF lies under its token and its digest stands in the row and the trail; gives the digest.

    Signed where the office has a key. Pressing again gives the same unsigned digest, leaves the file that is there and
    writes no second event. Raises what the press and the signer raise (MissingGlyphs, PressFailed, SealUnusable),
    KeyMissing for an office that issues nothing unsigned, Conflict when fonts or engine are no longer those of the first
    time; the letter then waits, see `waits`.
    """
    with db.read() as tx:
        row = tx.execute(
            select(letter, office.c.code, office.c.name.label("office_name"), office_seal.c.required)
            .join(office, office.c.id == letter.c.office_id)
            .outerjoin(office_seal, office_seal.c.office_id == letter.c.office_id)
            .where(letter.c.id == letter_id)
        ).one()
    # A letter issued before its office signed stays as it was issued.
    signs = row.pdf_digest is None or row.unsigned_digest not in (None, row.pdf_digest)
    signer = seals.of(row.code) if signs else None
    if signer is None and (row.required if row.pdf_digest is None else signs):
        raise KeyMissing(f"{row.office_name}的文书须经电子签名，本机没有其签名密钥。文书暂缓制发，请联系管理员。")
    data = LetterData.model_validate(row.content)
    pressed = make(data.model_copy(update={"signature_field": signer is not None}))
    unsigned = "sha256:" + pressed.sha256
    path = path_of(folder, row.token)
    if row.pdf_digest is not None:
        if unsigned != (row.unsigned_digest or row.pdf_digest):
            raise Conflict(f"{row.number}再次制作的结果与原件不同（字体或者排版程序已经变动），原件不变。")
        if path.exists() and _digest(path.read_bytes()) == row.pdf_digest:
            return str(row.pdf_digest)
    pdf = pressed.pdf if signer is None else signer.sign(pressed.pdf, data, row.issued_at)
    digest = _digest(pdf)
    store(path, pdf)
    if row.pdf_digest == digest:
        return digest
    with db.begin() as tx:
        said = {"letter": row.number, "pdf": digest, "text": row.text_digest, "pages": pressed.pages}
        seq = _note(tx, EventName.PRESSED, None, said if signer is None else {**said, "unsigned": unsigned}, now)
        tx.execute(
            update(letter)
            .where(letter.c.id == letter_id)
            .values(
                pdf_digest=digest, unsigned_digest=unsigned, pdf_size=len(pdf), pressed_at=now, press_seq=seq,
                press_error=None,
            )
        )  # fmt: skip
    return digest


def waits(tx: Connection, letter_id: int, error: str, now: datetime) -> bool:
    """Ensure that the letter shows why it is not made yet; gives whether that is news.

    Heads and supervisors hear of it the first time, not with every try.
    """
    row = one_row(tx.execute(select(letter).where(letter.c.id == letter_id)), LetterRow)
    if row.pressed_at is not None or row.press_error == error:
        return False
    _note(tx, EventName.WAITS, error, {"letter": row.number}, now)
    tx.execute(update(letter).where(letter.c.id == letter_id).values(press_error=error))
    if row.press_error is None:
        body = f"《{row.title}》{error}问题排除后自动继续制作，不会漏发。"
        told = Notice("letter_waits", f"文书未能制作：{row.number}", body, now, row.case_id, row.record_id)
        inbox.notify_office(tx, row.office_id, ALARMED, told)
    return True


def wake(tx: Connection, now: datetime) -> int:
    """Ensure that every letter that waits is tried at once: a key or font may be there now. How many."""
    unmade = select(letter.c.id).where(letter.c.pressed_at.is_(None), letter.c.press_error.is_not(None))
    woken = tx.execute(
        update(outbox)
        .where(outbox.c.topic == "press", outbox.c.letter_id.in_(unmade), outbox.c.state.in_(["waiting", "dead"]))
        .values(state="waiting", attempts=0, next_at=now, created_at=now, ended_at=None)
    )
    return woken.rowcount


def path_of(folder: Path, token: str) -> Path:
    """Return where a letter's PDF lies."""
    return folder / f"{token}.pdf"


def issued_file(folder: Path, row: LetterRow) -> bytes:
    """Return a letter's PDF as it was issued. Unavailable where it is lost, Replaced where another file lies in its place: that one is
    shown to nobody as the office's."""
    try:
        pdf = path_of(folder, row.token).read_bytes()
    except FileNotFoundError:
        raise Unavailable("文件暂时取不到，请稍后再试；如仍不行，请联系受理单位。") from None
    if row.pdf_digest is not None and _digest(pdf) != row.pdf_digest:
        raise Replaced(
            "保存的文件与制发时的校验值不同，已停止提供。请联系制发单位；单位请系统管理员运行 repairflow audit verify 核查。"
        )
    return pdf


def _digest(pdf: bytes) -> str:
    return "sha256:" + hashlib.sha256(pdf).hexdigest()


def _note(tx: Connection, action: str, reason: str | None, content: dict[str, object], now: datetime) -> int:
    return event_log.append(tx, PRESS_STREAM, NewEvent(action=action, at=now, reason=reason, content=content)).seq
