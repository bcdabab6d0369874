"""Commands about what an office states itself: its own rules (本单位规则), from which amount a fine is 较大数额, law it puts in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from repairflow.casework.changes.base import Change

RuleName = tuple[str, str, str]
"""Procedure, version and action."""


@dataclass(frozen=True, slots=True)
class ConfirmRules(Change):
    """Rest these actions on the office's own document, for no article that they rest on was read here.

    `rank` and `issuer_level` are those of `law.own_rule_ranks`; `issuer` is the organ that issued the document.
    """

    office_id: int
    rules: Sequence[RuleName]
    document: str
    document_day: date
    note: str = ""
    rank: str = ""
    issuer: str = ""
    issuer_level: str = ""
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRules(Change):
    """Take a confirmation back, for a reason: from now on these actions issue no letter (撤回确认)."""

    office_id: int
    rules: Sequence[RuleName]
    reason: str


@dataclass(frozen=True, slots=True)
class StateThresholds(Change):
    """State from which amount a fine of an office is 较大数额 and 巨额, in 万元, by a document."""

    office_id: int
    minor_below_wan: str
    serious_from_wan: str
    document: str
    document_day: date


@dataclass(frozen=True, slots=True)
class RecountRecords(Change):
    """Class an office's penalty records anew by today's law, and count their periods anew; of all offices where none is named."""

    office_id: int | None


@dataclass(frozen=True, slots=True)
class ProposeLaw(Change):
    """Propose a file of law, checked, to be put in force by a second legal reviewer (提请施行)."""

    content: str


@dataclass(frozen=True, slots=True)
class DecideLaw(Change):
    """Put a proposed file in force from its day on, or drop it; or take back one that was to be in force, before its day (`withdrawn`)."""

    draft_id: int
    in_force: bool
    withdrawn: bool = False
