"""A composed letter becomes a PDF, signed where its office signs: outside the transaction that issued it, and recorded
when it lies on disk. One that cannot be made waits and says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, or_, select, update

from repairflow.auditing import chain
from repairflow.auditing.press_events import PRESS_STREAM
from repairflow.casework import event_log
from repairflow.casework.documents import certificates
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.db import Database
from repairflow.errors import Conflict, Unavailable
from repairflow.file_store.port import FileStore, digest_of
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.renderer.pool import store
from repairflow.letters.signing.port import KeyMissing, NoSeals, Seals, SealUnusable, Signer
from repairflow.letters.signing.signed_file import SigningCertificate, certificate_of
from repairflow.records import event, letter, office, office_seal, outbox
from repairflow.records.rows import LetterRow, one_row


class Replaced(Unavailable):
    """Another file lies where a letter's should."""


class MadeElsewhere(Conflict):
    """Another worker is making this file, or made it meanwhile: nobody waits for anything."""


class _Request(NamedTuple):
    """The event by which somebody asks for a file again: its place among those of the press, why, and who (None: a command)."""

    seq: int
    reason: str | None
    actor_id: int | None


ALARMED = ("head", "supervisor")
"""Who hears that a letter cannot be made: the office's head, and whoever supervises."""
ASIDE = "replaced"
"""The folder of files that another one took the place of."""
LOST = "原来的文件不在了"
"""Why a file was made again that nobody asked for."""


def press(
    db: Database,
    letters: FileStore,
    make: Callable[[LetterData], Pressed],
    letter_id: int,
    now: datetime,
    seals: Seals = NoSeals(),  # noqa: B008  it has no state
) -> str:
    """Ensure that the letter's PDF lies under its token and its digest stands in the row and the trail; gives the digest.

    Signed where the office has a key. Pressing again gives the same unsigned digest, leaves the file that is there and
    writes no second event. A file that is lost, is another one or was signed when its certificate was revoked already is made again:
    the same words, another signature where the first cannot be had again, and an event that names the file it replaces. A file that
    no event names yet (the worker ended before it was recorded) is nobody's: it is set aside.
    Raises what the press and the signer raise (MissingGlyphs, PressFailed, SealUnusable), SealUnusable for a revoked certificate,
    KeyMissing for an office that issues nothing unsigned, Conflict when fonts or engine are no longer those of the first
    time and nobody asked for the file (`admin.remaking`); the letter then waits, see `waits`. Of two workers that make one letter the
    slower records nothing and puts the file of the other back; MadeElsewhere where that is not to be had yet.
    """
    row = _row(db, letter_id)
    # A letter issued before its office signed stays as it was issued.
    signs = row.pdf_digest is None or row.unsigned_digest not in (None, row.pdf_digest)
    signer = seals.of(row.code) if signs else None
    if signer is None and (row.required if row.pdf_digest is None else signs):
        raise KeyMissing(f"{row.office_name}的文书须经电子签名，本机没有其签名密钥。文书暂缓制发，请联系管理员。")
    data = LetterData.model_validate(row.content)
    pressed = make(data.model_copy(update={"signature_field": signer is not None}))
    unsigned = "sha256:" + pressed.sha256
    name = name_of(row.token)
    asked = _asked_for(db, row)
    if row.pdf_digest is not None and _stands(db, letters, row, unsigned, asked is not None):
        return str(row.pdf_digest)
    pdf, certificate = (pressed.pdf, None) if signer is None else _signed(db, signer, pressed.pdf, data, row, now)
    digest = digest_of(pdf)
    _lay(letters, name, pdf, row)
    if row.pdf_digest == digest:
        return digest
    said: dict[str, object] = {"letter": row.number, "pdf": digest, "text": row.text_digest, "pages": pressed.pages}
    if signer is not None:
        said["unsigned"] = unsigned
    if row.pdf_digest is not None:
        said |= _replaced(row, asked)
    why = None if row.pdf_digest is None else asked.reason if asked is not None else LOST
    values = {"pdf_digest": digest, "unsigned_digest": unsigned, "pdf_size": len(pdf), "pressed_at": now}
    try:
        with db.begin() as tx:
            if certificate is not None:
                certificates.used(tx, row.code, certificate, now)
                said["certificate"] = certificate.sha256
            _record(tx, row, _note(tx, EventName.PRESSED, why, said, now), values)
    except MadeElsewhere:
        return _put_back(letters, _row(db, letter_id))
    return digest


def _lay(letters: FileStore, name: str, pdf: bytes, row: Row[Any]) -> None:
    """Ensure that the file that was made lies in its place, and any other beside it. MadeElsewhere where another worker lays its own
    at this moment."""
    _set_aside(letters, name, digest_of(pdf))
    try:
        store(letters, name, pdf)
    except Conflict:
        raise _elsewhere(row) from None


def _record(tx: Connection, row: Row[Any], seq: int, values: dict[str, object]) -> None:
    """Ensure that the letter's row has the file that was made. MadeElsewhere where another worker was quicker."""
    as_read = letter.c.id == row.id, letter.c.pdf_digest.is_not_distinct_from(row.pdf_digest)
    if tx.execute(update(letter).where(*as_read).values(press_seq=seq, press_error=None, **values)).rowcount == 0:
        raise _elsewhere(row)


def _put_back(letters: FileStore, row: Row[Any]) -> str:
    """Ensure that the file that is recorded lies in its place again; gives its digest. MadeElsewhere where it is nowhere to be had: the
    next try makes it again."""
    name, recorded = name_of(row.token), str(row.pdf_digest)
    if _kept_digest(letters, name) != recorded:
        aside, kept = letters.within(ASIDE), _beside(name, recorded)
        if _kept_digest(aside, kept) != recorded:
            raise _elsewhere(row)
        _lay(letters, name, aside.read(kept), row)
        aside.remove(kept)
    return recorded


def _elsewhere(row: Row[Any]) -> MadeElsewhere:
    return MadeElsewhere(f"{row.number}已由另一个进程制作，稍后自动核对。")


def _row(db: Database, letter_id: int) -> Row[Any]:
    """Return a letter with its office and whether that signs."""
    with db.read() as tx:
        return tx.execute(
            select(letter, office.c.code, office.c.name.label("office_name"), office_seal.c.required)
            .join(office, office.c.id == letter.c.office_id)
            .outerjoin(office_seal, office_seal.c.office_id == letter.c.office_id)
            .where(letter.c.id == letter_id)
        ).one()


def _asked_for(db: Database, row: Row[Any]) -> _Request | None:
    """Return who asked for the file of a letter that was made before; None where nobody did."""
    if row.pdf_digest is None:
        return None
    with db.read() as tx:
        return _asked(tx, row.id)


def _replaced(row: Row[Any], asked: _Request | None) -> dict[str, object]:
    """Return what the making of a file says of the one it replaces, and of the event that asked for it."""
    of_request = {"asked": asked.seq} if asked is not None else {}
    return {"replaces": {"pdf": row.pdf_digest, "seq": row.press_seq}, **of_request}


def _stands(db: Database, letters: FileStore, row: Row[Any], unsigned: str, asked: bool) -> bool:
    """Tell whether the file of a letter that was made before lies there and may be relied on. Conflict where it came out otherwise now
    and nobody asked for it."""
    if unsigned != (row.unsigned_digest or row.pdf_digest) and not asked:
        raise Conflict(
            f"{row.number}再次制作的结果与原件不同（字体或者排版程序已经变动），原件不变。"
            "原件遗失的，请系统管理员在“签名证书”页面要求重新制作。"
        )
    return _kept_digest(letters, name_of(row.token)) == row.pdf_digest and not _doubtful(db, row)


def _signed(
    db: Database, signer: Signer, pdf: bytes, data: LetterData, row: Row[Any], now: datetime
) -> tuple[bytes, SigningCertificate | None]:
    """Return the signed PDF with its certificate, as it stands in the file. SealUnusable where that is revoked by now, or has ended:
    `Signer` asks the day of issue, and signs anew only what comes out as the file was made then."""
    signed = signer.sign(pdf, data, row.issued_at)
    found = certificate_of(signed)
    if found is not None:
        if found.valid_until < now and digest_of(signed) != row.pdf_digest:
            raise SealUnusable(f"{data.signer}的签名证书已经过期，文书暂缓制发。请联系管理员更换密钥文件。")
        with db.read() as tx:
            known = certificates.certificate(tx, found.sha256)
        if known is not None and known.revoked_at(now):
            raise SealUnusable(
                f"{data.signer}的签名证书已登记吊销（{known.reason}），文书暂缓制发。请联系管理员更换签名密钥。"
            )
    return signed, found


def _doubtful(db: Database, row: Row[Any]) -> bool:
    """Tell whether the file that stands was signed on a day from which its certificate is revoked."""
    with db.read() as tx:
        made = select(event.c.at, event.c.body).where(event.c.stream == PRESS_STREAM, event.c.seq == row.press_seq)
        one = tx.execute(made).first()
        sha256 = chain.content(one.body).get("certificate") if one is not None else None
        known = certificates.certificate(tx, str(sha256)) if sha256 else None
    return known is not None and one is not None and known.revoked_at(one.at)


def _set_aside(letters: FileStore, name: str, digest: str) -> None:
    """Ensure that no other file lies in the place of one that is made; it is kept beside it for whoever looks into it."""
    try:
        there = letters.read(name)
    except FileNotFoundError:
        return
    if (found := digest_of(there)) != digest:
        letters.within(ASIDE).write(_beside(name, found), there)
        letters.remove(name)


def _beside(name: str, digest: str) -> str:
    """Return the name under which a file lies that was set aside."""
    return f"{name.removesuffix('.pdf')}-{digest.removeprefix('sha256:')[:16]}.pdf"


def _asked(tx: Connection, letter_id: int) -> _Request | None:
    """Return the event by which somebody asks for the file again; None where nobody does."""
    again = pushes.asked_again(tx, letter_id)
    places = event.c.stream == PRESS_STREAM, event.c.seq == again
    found = select(event.c.seq, event.c.reason, event.c.actor_id).where(*places)
    return None if again is None else one_row(tx.execute(found), _Request)


def waits(tx: Connection, letter_id: int, error: str, now: datetime) -> bool:
    """Ensure that it is noted why a letter is not made yet, or not made again for who asked; gives whether that is news.

    Heads, supervisors and who asked hear of it the first time, not with every try.
    """
    row = one_row(tx.execute(select(letter).where(letter.c.id == letter_id)), LetterRow)
    asked = _asked(tx, letter_id) if row.pressed_at is not None else None
    if row.pressed_at is not None and asked is None:
        return False
    if row.press_error == error:
        return False
    _note(tx, EventName.WAITS, error, {"letter": row.number} | ({} if asked is None else {"asked": asked.seq}), now)
    tx.execute(update(letter).where(letter.c.id == letter_id).values(press_error=error))
    if row.press_error is None:
        _tell(tx, row, asked, error, now)
    return True


def _tell(tx: Connection, row: LetterRow, asked: _Request | None, error: str, now: datetime) -> None:
    """Write to who hears that a letter waits, and to who asked for its file: an administrator, who sees no case."""
    again = asked is not None
    title = f"文书未能{'重新' if again else ''}制作：{row.number}"
    ending = "自动重新制作，文书的内容和效力不受影响。" if again else "自动继续制作，不会漏发。"
    body = f"《{row.title}》{error}问题排除后{ending}"
    told = Notice("letter_waits", title, body, now, row.case_id, row.record_id)
    inbox.notify_office(tx, row.office_id, ALARMED, told)
    if asked is not None and asked.actor_id is not None:
        inbox.notify_person(tx, asked.actor_id, replace(told, case_id=None, record_id=None))


def wake(tx: Connection, now: datetime) -> int:
    """Ensure that every letter that waits is tried at once, to be made or made again: a key or font may be there now. How many."""
    unmade = select(letter.c.id).where(letter.c.pressed_at.is_(None), letter.c.press_error.is_not(None))
    woken = tx.execute(
        update(outbox)
        .where(outbox.c.topic == "press", outbox.c.state.in_(["waiting", "dead"]))
        .where(or_(outbox.c.letter_id.in_(unmade), outbox.c.attempts > 0))
        .values(state="waiting", attempts=0, next_at=now, created_at=now, ended_at=None)
    )
    return woken.rowcount


def name_of(token: str) -> str:
    """Return the name under which a letter's PDF lies."""
    return f"{token}.pdf"


def issued_file(letters: FileStore, row: LetterRow) -> bytes:
    """Return a letter's PDF as it was issued. Unavailable where it is lost, Replaced where another file lies in its place: that one is
    shown to nobody as the office's."""
    try:
        pdf = letters.read(name_of(row.token))
    except FileNotFoundError:
        raise Unavailable("文件暂时取不到，请稍后再试；如仍不行，请联系受理单位。") from None
    if row.pdf_digest is not None and digest_of(pdf) != row.pdf_digest:
        raise Replaced(
            "保存的文件与制发时的校验值不同，已停止提供。请联系制发单位；单位请系统管理员运行 repairflow audit verify 核查。"
        )
    return pdf


def _kept_digest(letters: FileStore, name: str) -> str | None:
    try:
        return digest_of(letters.read(name))
    except FileNotFoundError:
        return None


def _note(tx: Connection, action: str, reason: str | None, content: dict[str, object], now: datetime) -> int:
    return event_log.append(tx, PRESS_STREAM, NewEvent(action=action, at=now, reason=reason, content=content)).seq
