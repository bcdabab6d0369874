"""The protocol between a log and its witnesses (C2SP tlog-witness): how `add-checkpoint` is asked, and how a witness answers it.

A witness keeps for each log it looks after the newest checkpoint it cosigned, in a file of its own; looking at it and
putting the next in its place are one step, so two requests at once never take a log back.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NamedTuple

from repairflow.auditing import merkle
from repairflow.auditing.cosigning import Cosigner
from repairflow.auditing.notes import BadNote, Checkpoint, Verifier
from repairflow.disk import write_whole

PATH = "/add-checkpoint"
MOST_HASHES = 63
LONGEST = 64 * 1024  # bytes of a request, and of an answer
SIZE_TYPE = "text/x.tlog.size"
MOST_REFUSED = 1_000
"""Files of evidence a witness keeps: only a log itself can make one, and needs no more to be convicted."""
_OLD = re.compile("old (0|[1-9][0-9]{0,17})")


class Request(NamedTuple):
    """What a log asks: the size the witness last cosigned, the proof from there, and the checkpoint's note."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def written(self) -> bytes:
        """As it is sent."""
        hashes = [base64.b64encode(one).decode("ascii") for one in self.proof]
        return "\n".join([f"old {self.old}", *hashes, "", self.note]).encode()


class Answer(NamedTuple):
    """What a witness says: an HTTP status, a body and its type."""

    status: int
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"


def asked(body: bytes) -> Request:
    """Return what a body asks; ValueError for one of another form."""
    if len(body) > LONGEST:
        raise ValueError("too long")
    head, gap, note = body.decode("utf-8").partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(lines) > MOST_HASHES:
        raise ValueError("not a request")
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if any(len(one) != 32 for one in proof):
        raise ValueError("a hash of another length")
    return Request(int(old[1]), proof, note)


class Witness:
    """A witness of the logs with these keys, each by its name (origin)."""

    def __init__(self, folder: Path, cosigner: Cosigner, logs: Iterable[Verifier], now: Callable[[], datetime]) -> None:
        self._folder, self._cosigner, self._now = folder, cosigner, now
        self._logs = {log.name: log for log in logs}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign the checkpoint that a body asks for where the log proves that it contains the last one, else say why not."""
        try:
            request = asked(body)
        except ValueError:
            return Answer(400, b"not a request of c2sp.org/tlog-witness\n")
        log = self._logs.get(request.note.partition("\n")[0])
        if log is None:
            return Answer(404, b"not a log of this witness\n")
        try:
            said = log.open(request.note)
        except BadNote:
            return Answer(403, b"not signed by the log\n")
        if said.origin != log.name or request.old > said.size:
            return Answer(400, b"old size above the checkpoint's\n")
        with (self._folder / "lock").open("wb") as held:
            flock(held, LOCK_EX)
            return self._decided(log, request, said)

    def _decided(self, log: Verifier, request: Request, said: Checkpoint) -> Answer:
        file = self._folder / f"{hashlib.sha256(log.name.encode()).hexdigest()[:32]}.checkpoint"
        last = log.open(file.read_text(encoding="utf-8")) if file.exists() else None
        size = last.size if last is not None else 0
        if request.old != size:
            return Answer(409, f"{size}\n".encode(), SIZE_TYPE)
        if last is not None and said.size == size and said.root != last.root:
            self._keep_as_evidence(request.note)
            return Answer(409, f"{size}\n".encode(), SIZE_TYPE)
        if not _grew(last, said, request.proof):
            self._keep_as_evidence(request.note)
            return Answer(422, b"the proof does not hold\n")
        text = log.text(request.note)
        write_whole(file, request.note.encode())  # before anybody is told
        return Answer(200, self._cosigner.cosign(text, self._now()).encode())

    def _keep_as_evidence(self, note: str) -> None:
        folder = self._folder / "refused"
        folder.mkdir(exist_ok=True)
        file = folder / f"{hashlib.sha256(note.encode()).hexdigest()[:32]}.checkpoint"
        if not file.exists() and sum(1 for _ in folder.iterdir()) < MOST_REFUSED:
            write_whole(file, note.encode())


def _grew(last: Checkpoint | None, said: Checkpoint, proof: Sequence[bytes]) -> bool:
    if last is None or last.size == 0:
        return not proof
    if said.size == last.size:
        return not proof and said.root == last.root
    return merkle.verify_consistency(last.size, said.size, last.root, said.root, proof)
