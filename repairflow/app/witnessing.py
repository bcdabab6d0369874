"""Asks the witnesses of the policy to cosign the newest checkpoint (C2SP tlog-witness), and keeps what they answer.

A witness that does not answer keeps nothing back. One that holds another log than ours is named in the program's log.
"""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
import structlog

from repairflow import times
from repairflow.auditing import checkpoints, cosignatures, sequencer
from repairflow.auditing.cosignatures import Asked
from repairflow.auditing.notes import Verifier
from repairflow.auditing.witness_protocol import LONGEST, PATH, SIZE_TYPE, Answer, Request
from repairflow.casework import heartbeats
from repairflow.casework.queries.audit.witnesses import differs
from repairflow.db import Database
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.timed_http import InTime, total

SECONDS = 20.0
"""For one request, from the first byte to the last."""
TRIES = 3
"""A witness that says another size than we remember is asked again from there: somebody else of ours asked meanwhile."""
log = structlog.get_logger(__name__)


class Witnesses:
    """The witnesses that are asked, over connections that end in time and go where `destinations` lets them."""

    def __init__(self, asked: Sequence[Asked], destinations: Destinations | None = None) -> None:
        self._asked = asked
        self._client = httpx2.Client(
            timeout=SECONDS, follow_redirects=False, trust_env=False, transport=InTime(destinations)
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def ask_all(self, db: Database, key: Verifier) -> int:
        """Ensure that every witness that answered has cosigned the newest checkpoint; how many did so now."""
        with db.read() as tx:
            note = checkpoints.newest_note(tx)
        if note is None:
            return 0
        size = key.open(note).size
        return sum(self._ask(db, one, size, note) for one in self._asked)

    def _ask(self, db: Database, asked: Asked, size: int, note: str) -> bool:
        with db.read() as tx:
            old = cosignatures.last_size(tx, asked.name)
        if old >= size:
            return False
        for _ in range(TRIES):
            with db.read() as tx:
                proof = checkpoints.consistency(tx, old, size) if 0 < old < size else []
            answer = self._post(asked, Request(old, tuple(proof), note))
            if answer is None:
                return False
            if answer.status == 200:
                return self._kept(db, asked, size, note, answer)
            holds = _size_of(answer)
            if answer.status == 422 or (holds is not None and (holds > size or holds == old)):
                return self._differs(db, asked, answer)
            if holds is None:
                log.error("a witness refused", witness=asked.name, status=answer.status)
                return False
            old = holds
        return False

    def _kept(self, db: Database, asked: Asked, size: int, note: str, answer: Answer) -> bool:
        with db.begin() as tx:
            sequencer.alone(tx)  # of all workers one keeps it
            kept = cosignatures.keep(tx, asked, size, note, answer.body.decode("utf-8", "replace"))
            if kept:
                heartbeats.drop(tx, differs(asked))
        if not kept:
            log.error("a witness gave no cosignature by its key", witness=asked.name)
        return kept

    def _differs(self, db: Database, asked: Asked, answer: Answer) -> bool:
        log.error("a witness holds another log", witness=asked.name, status=answer.status, said=answer.body[:40])
        with db.begin() as tx:
            heartbeats.put(tx, differs(asked), times.now())
        return False

    def _post(self, asked: Asked, request: Request) -> Answer | None:
        body = bytearray()
        url = asked.url.rstrip("/") + PATH
        try:
            with total(SECONDS), self._client.stream("POST", url, content=request.written()) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LONGEST:
                        log.error("a witness said too much", witness=asked.name)
                        return None
                return Answer(answer.status_code, bytes(body), answer.headers.get("content-type", ""))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            log.error("a witness does not answer", witness=asked.name, why=type(error).__name__)
            return None


def _size_of(answer: Answer) -> int | None:
    """Return the size a witness says it holds, where that is what it says."""
    written = answer.body.strip()
    if answer.status != 409 or answer.type.partition(";")[0].strip() != SIZE_TYPE:
        return None
    return int(written) if written.isdigit() and len(written) < 19 else None
