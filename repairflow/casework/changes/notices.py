"""Commands about how a person is notified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class MarkRead(Change):
    """Mark all own messages as read.

    With `subject`, only those about it and about nobody.
    """

    subject: int | None = None


@dataclass(frozen=True, slots=True)
class ChooseChannels(Change):
    """Say how one wishes to be notified: addresses, and (topic, channel) for each wish."""

    email: str
    phone: str
    chosen: Sequence[tuple[str, str]]


class OpenFeed(Change):
    """Make the person a private calendar address; a former one no longer works."""


class CloseFeed(Change):
    """Close the own calendar address."""
