"""The log is signed before anything is told outside: a letter or a push names an event that a checkpoint already holds.
Where the log cannot be signed telling goes on all the same, and staff are shown that it does.

The worker signs every few seconds; what is about to be pressed or sent is signed at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from repairflow import times
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.checkpoints import Forked
from repairflow.casework import heartbeats
from repairflow.db import Database
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Page, Platform, Receipt

Sign = Callable[[], object]
"""Gives the next events their places and signs a checkpoint over them; raises Forked as `checkpoints.take`."""
MOST_ROUNDS = 200
"""With the worker's batches a million events: whoever has more to sign before one letter looks into it."""
log = structlog.get_logger(__name__)


def before_telling(db: Database, sign: Sign, digest: str) -> None:
    """Ensure that a checkpoint holds the event with this digest, however late it was committed; or staff see that none does.

    A log that is not signed (it was rewritten, its key cannot be read, signing gets nowhere) holds up no letter and no
    push: the fault is logged, and stands above every page of staff until the next checkpoint.
    """
    try:
        why = _sign_up_to(db, sign, digest)
    except Forked as error:
        why = error.message
    except Exception as error:  # whatever fails in signing, what was decided is told
        log.exception("signing failed")
        why = type(error).__qualname__  # its words may hold what a statement was given
    if why:
        log.error("told without a checkpoint", digest=digest, why=why)
        _show(db)


def _sign_up_to(db: Database, sign: Sign, digest: str) -> str:
    """Return why there is no checkpoint over the event; empty when there is one, or nothing to sign."""
    with db.read() as tx:
        if checkpoints.holds(tx, digest) or not sequencer.knows(tx, digest):
            return ""
        late = sequencer.late(tx, digest)
    if late:  # a quick look does not go back so far
        with db.begin() as tx:
            sequencer.place(tx, digest)
    for _ in range(MOST_ROUNDS):
        with db.read() as tx:
            before = checkpoints.sizes(tx)
        sign()
        with db.read() as tx:
            if checkpoints.holds(tx, digest):
                return ""
            if checkpoints.sizes(tx) == before:
                return "signing gets nowhere"
    return f"not signed within {MOST_ROUNDS} rounds"


def _show(db: Database) -> None:
    try:
        with db.begin() as tx:
            heartbeats.put(tx, heartbeats.TOLD_UNSIGNED, times.now())
    except Exception:
        log.exception("not shown to staff")  # a database that takes nothing shows itself


class SigningFirst:
    """A platform that is told nothing before the log is signed, where it can be."""

    def __init__(self, db: Database, sign: Sign, platform: Platform) -> None:
        self._db, self._sign, self._platform = db, sign, platform

    def push(self, target: Address, message: Message) -> Receipt:
        """As the platform's; `before_telling` holds for the event that the message names."""
        head = message.data.get("chain_head")
        if isinstance(head, str):
            before_telling(self._db, self._sign, head)
        return self._platform.push(target, message)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """As the platform's."""
        return self._platform.pull(target, since, cursor)
