"""The proof of one letter (C2SP tlog-proof): that its PDF is in the log, to be checked offline by whoever holds the two files.

What the log holds is the digest of the event that says which PDF the letter became; the event itself travels as extra data.
"""

from __future__ import annotations

import base64
import json

from sqlalchemy import Connection

from repairflow.auditing import (
    checkpoints,
    cosignatures,
    press_events,
    stand_alone_letter_verifier,
    stand_alone_program,
    tree,
)
from repairflow.auditing.notes import Verifier
from repairflow.auditing.press_events import EventLeaf
from repairflow.auditing.stand_alone_letter_verifier import FIRST_LINE
from repairflow.errors import Conflict, Unavailable
from repairflow.records.rows import LetterRow


def build(tx: Connection, letter: LetterRow, public_key: Verifier) -> str:
    """Return the text of a `.tlog-proof` for a letter; the same at the same checkpoint.

    Raises Conflict for a letter without a PDF or whose PDF no sound event names, Unavailable while that event awaits a checkpoint.
    """
    if letter.pressed_at is None:
        raise Conflict("文书的 PDF 尚未制作，还不能出具证明。")
    for pressed in press_events.of_letters(tx, (letter,)):
        if pressed.sound:
            return _written(tx, pressed, public_key)
    raise Conflict("留痕中没有这份 PDF 的制作记录，没有出具证明。请运行 repairflow audit verify。")


def program() -> bytes:
    """Return the program that checks such a proof; `stand_alone_program.evidence` must lie beside it as evidence.py."""
    return stand_alone_program.beside_evidence(stand_alone_letter_verifier)


def _written(tx: Connection, pressed: EventLeaf, public_key: Verifier) -> str:
    note = checkpoints.newest_note(tx)
    size = public_key.open(note).size if note else 0
    if note is None or pressed.position is None or pressed.position >= size:
        raise Unavailable("文书的制作记录尚未进入检查点，请一分钟后再试。")
    size, note = cosignatures.best(tx, pressed.position + 1) or (size, note)
    extra = json.dumps({"prev": pressed.prev, "event": pressed.body.decode()}, ensure_ascii=False).encode()
    hashes = tree.inclusion(tx, pressed.position, size)
    lines = [FIRST_LINE, f"extra {_base64(extra)}", f"index {pressed.position}", *map(_base64, hashes), "", note]
    return "\n".join(lines)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
