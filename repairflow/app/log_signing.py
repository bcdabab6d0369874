"""The log is signed before anything is told outside: a letter or a push names an event that a checkpoint already holds.

The worker signs every few seconds; what is about to be pressed or sent is signed at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.checkpoints import Forked
from repairflow.db import Database
from repairflow.gateway.messages import Message
from repairflow.gateway.platform import Address, Page, Platform, Receipt

Sign = Callable[[], object]
"""Gives the next events their places and signs a checkpoint over them; raises Forked as `checkpoints.take`."""
log = structlog.get_logger(__name__)


def before_telling(db: Database, sign: Sign, digest: str) -> None:
    """Afterwards a checkpoint holds the event with this digest.

    A log that may not be signed (it was rewritten) holds up no letter and no push: the worker says so with every turn.
    """
    while _waits(db, digest):
        try:
            sign()
        except Forked as error:
            log.error("told without a checkpoint", digest=digest, why=error.message)
            return


def _waits(db: Database, digest: str) -> bool:
    with db.read() as tx:
        return not checkpoints.holds(tx, digest) and (sequencer.waiting(tx) or checkpoints.behind(tx))


class SigningFirst:
    """A platform that is told nothing before the log is signed."""

    def __init__(self, db: Database, sign: Sign, platform: Platform) -> None:
        self._db, self._sign, self._platform = db, sign, platform

    def push(self, target: Address, message: Message) -> Receipt:
        """As the platform's; the event that the message names is in a checkpoint by then."""
        head = message.data.get("chain_head")
        if isinstance(head, str):
            before_telling(self._db, self._sign, head)
        return self._platform.push(target, message)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """As the platform's."""
        return self._platform.pull(target, since, cursor)
