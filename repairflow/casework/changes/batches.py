"""Commands about one step in many cases."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change, OfBatch
from repairflow.casework.command_ids import CommandId


@dataclass(frozen=True, slots=True)
class BeginBatch(Change):
    """Ask for one step in many cases: each is looked at first, and nothing is done before it is confirmed."""

    action: str
    cases: tuple[str, ...]  # their numbers
    reason: str
    ground: str
    command_id: CommandId


@dataclass(frozen=True, slots=True)
class StartBatch(OfBatch):
    """Take the step in every case of a checked batch, but for those left out."""

    without: tuple[str, ...] = ()  # numbers of cases
    why: str = ""


class DropBatch(OfBatch):
    """Give a checked batch up."""


class StopBatch(OfBatch):
    """Stop a batch at work."""


class ResumeBatch(OfBatch):
    """Go on with a batch that was stopped or broke off."""
