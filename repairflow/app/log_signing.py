"""The log is signed before anything is told outside: a letter or a push names an event that a checkpoint already holds.

The worker signs every few seconds; what is about to be pressed or sent is signed at once.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from repairflow import times
from repairflow.app.program import Program
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.checkpoints import Forked
from repairflow.casework import row_batches
from repairflow.gateway.messages import Message
from repairflow.gateway.platform import Address, Page, Platform, Receipt

BATCH = 5_000
log = structlog.get_logger(__name__)


def sign(program: Program, *, everything: bool = False) -> int:
    """Afterwards the next events have their places, and a checkpoint holds all that have one; how many got theirs.

    Writes nothing where nothing waits. Raises Forked, as `checkpoints.take`.
    """
    with program.db.read() as tx:
        waits = everything or sequencer.waiting(tx) or checkpoints.behind(tx) or row_batches.waiting(tx)
    if not waits:
        return 0
    with program.db.begin() as tx:
        row_batches.bind(tx, times.now())
        placed = sequencer.sequence(tx, BATCH, everything=everything)
    with program.db.begin() as tx:
        note = checkpoints.take(tx, program.signer, times.now())
    if note is not None:
        checkpoints.anchor(program.settings.home / "anchors", note, times.today())
    return placed


def before_telling(program: Program, digest: str) -> None:
    """Afterwards a checkpoint holds the event with this digest.

    A log that may not be signed (it was rewritten) holds up no letter and no push: the worker says so with every turn.
    """
    placed = 1
    while placed:
        with program.db.read() as tx:
            if checkpoints.holds(tx, digest):
                return
        try:
            placed = sign(program)
        except Forked as error:
            log.error("told without a checkpoint", digest=digest, why=error.message)
            return


class SigningFirst:
    """A platform that is told nothing before the log is signed."""

    def __init__(self, program: Program, platform: Platform) -> None:
        self._program, self._platform = program, platform

    def push(self, target: Address, message: Message) -> Receipt:
        """As the platform's; the event that the message names is in a checkpoint by then."""
        head = message.data.get("chain_head")
        if isinstance(head, str):
            before_telling(self._program, head)
        return self._platform.push(target, message)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """As the platform's."""
        return self._platform.pull(target, since, cursor)
