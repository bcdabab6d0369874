"""Commands about a case as such, beside its steps and its filing."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class PreferCase(Change):
    """Put an open case into the priority lane of its offices, or take it out (优先办理)."""

    case: str
    ground: str
    reason: str
    on: bool


@dataclass(frozen=True, slots=True)
class AddNote(Change):
    """Write an internal note on a case, and name colleagues who hear of it (内部备注)."""

    case: str
    text: str
    named: tuple[str, ...]  # logins, or names that one colleague alone has


@dataclass(frozen=True, slots=True)
class RerouteCase(Change):
    """Pass a case that nobody in its office can handle on to another office (转办)."""

    case: str
    office: str  # its code
    reason: str
