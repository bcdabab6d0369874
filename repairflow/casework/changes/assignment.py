"""Commands about who sees to which case (分办), by which rule, and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class ClaimCase(Change):
    """Take on the own part of an open case that nobody has taken on (认领)."""

    case: str


@dataclass(frozen=True, slots=True)
class AssignCase(Change):
    """Give one post's part of an open case to a person, or back to be given out again (分办、移交、退回)."""

    case: str
    role: str
    login: str  # empty: nobody


@dataclass(frozen=True, slots=True)
class SetAssignmentRule(Change):
    """Have cases of an office given out by themselves: in turn, or to one person (分办规则)."""

    office: str  # its code
    role: str
    procedure: str  # empty: every procedure without a rule of its own
    login: str  # empty: in turn


@dataclass(frozen=True, slots=True)
class DropAssignmentRule(Change):
    """Have cases no longer given out by this rule."""

    rule_id: int


@dataclass(frozen=True, slots=True)
class EnterAbsence(Change):
    """Say when a person is away, and who takes over the cases (请假和代办)."""

    login: str
    from_day: date | None
    until_day: date | None
    deputy: str  # empty: the cases are given out again


@dataclass(frozen=True, slots=True)
class EndAbsence(Change):
    """Take an absence back, or end it before its last day."""

    absence_id: int
