"""Commands about findings of auditors."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class RaiseFinding(Change):
    """Tell the deciding office of a case what an audit found (提出审计意见)."""

    case: str  # its number
    text: str


@dataclass(frozen=True, slots=True)
class AnswerFinding(Change):
    """Answer a finding for the office it was sent to (答复审计意见)."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class SettleFinding(Change):
    """Close an answered finding, or send it back for another answer (销号、退回)."""

    number: str
    decision: str  # close | return
    text: str
