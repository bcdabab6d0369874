"""Commands about examples told to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class ProposeExample(Change):
    """Write an example without names; another person of the office publishes it (典型案例)."""

    office: str  # its code
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SettleExample(Change):
    """Publish a proposed example, refuse it, or withdraw a published one (复核、撤下)."""

    number: str
    decision: str  # publish | refuse | withdraw
    reason: str
