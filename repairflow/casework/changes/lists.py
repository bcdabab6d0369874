"""Commands about lists published each year."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class PublishList(Change):
    """Publish a list that is published each year on another day, too, and say why; the worker writes it."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class StopPublication(Change):
    """Stop the yearly publication of a list that is at work; what is written stays."""

    token: str


@dataclass(frozen=True, slots=True)
class ResumePublication(Change):
    """Go on with a publication that was stopped or failed, from the part it had reached."""

    token: str
