"""Commands about what an officer arranges at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class SaveView(Change):
    """Keep what the queue shows now under a name; one of that name is replaced (保存常用视图)."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class DropView(Change):
    """Give an own view up."""

    view_id: int


@dataclass(frozen=True, slots=True)
class SavePhrase(Change):
    """Keep a phrase for reasons, for oneself (我的常用语)."""

    text: str


@dataclass(frozen=True, slots=True)
class DropPhrase(Change):
    """Give an own phrase up."""

    phrase_id: int
