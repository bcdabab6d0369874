"""Commands about what other platforms send us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from repairflow.casework.changes.base import Change
from repairflow.gateway.inbound_messages import Inbound


class BroughtFile(NamedTuple):
    """A file of a message: the kind of material it is, and the token under which it was taken in."""

    kind: str
    token: str


@dataclass(frozen=True, slots=True)
class TakeInbound(Change):
    """Take a message of another platform: file, take a step, deliver, correct or annul (平台来文)."""

    target: str  # its code; the signature was verified
    body: bytes
    message: Inbound
    files: tuple[BroughtFile, ...] = ()


@dataclass(frozen=True, slots=True)
class DecideInbound(Change):
    """Say what becomes of a message that could not be matched: taken in about the record or case named, or refused."""

    message_id: int
    accept: bool
    reason: str
    record: str = ""
    case: str = ""
    files: tuple[BroughtFile, ...] = ()
