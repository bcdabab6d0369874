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
class TakeBackNote(Change):
    """Take back an internal note of one's own; that it was written and taken back stays (撤回备注)."""

    case: str
    seq: int


@dataclass(frozen=True, slots=True)
class UndoStep(Change):
    """Take back the step one has just taken, as long as nothing has come of it (撤回上一步)."""

    case: str
    version: int  # the case as it was seen


@dataclass(frozen=True, slots=True)
class RecallDecision(Change):
    """Take back a decision or notice whose letter has not been served, for a reason: its letter is withdrawn (撤回未送达的决定)."""

    case: str
    version: int  # the case as it was seen
    reason: str


@dataclass(frozen=True, slots=True)
class RerouteCase(Change):
    """Pass a case that nobody in its office can handle on to another office (转办)."""

    case: str
    office: str  # its code
    reason: str
