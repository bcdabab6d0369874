"""What a step did to a credit record: the value that letters, pushes and events are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """What effects did to a record: names of those that took place, the states passed, and whether the public sees it."""

    effects: tuple[str, ...]
    from_state: str
    to_state: str
    public_changed: bool
    corrections: tuple[tuple[str, str, str, str], ...] = ()  # field, label, old, new
    dates: tuple[tuple[str, date], ...] = ()  # publicity dates that were set anew, by column
    name: str | None = None  # the subject's right name, where a correction gave one
    lifted: tuple[int, ...] = ()  # measures that ended with it
    restored: tuple[int, ...] = ()  # measures that stand again
    classed: Mapping[str, Any] = field(default_factory=dict)  # class and rule pack that a correction gives, by column
