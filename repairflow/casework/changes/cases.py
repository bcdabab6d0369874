"""Commands about a case as such, beside its steps and its filing."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class PassCaseOn(Change):
    """Pass a case that nobody in its office can handle on to another office (转办)."""

    case: str
    office: str  # its code
    reason: str
