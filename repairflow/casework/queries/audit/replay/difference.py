"""What a replay gives: one thing that comes out otherwise, under a name that CHANGELOG.md can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["state", "due", "guard", "letter"]
KINDS: Mapping[Kind, str] = {"state": "环节", "due": "届满日", "guard": "条件", "letter": "文书"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One recorded thing that comes out otherwise. `name` is the same for all of a kind: `letter repair_granted 2026-04-01`."""

    kind: Kind
    name: str
    case: str  # number of the case; of the letter where it belongs to none
    seq: int  # of the event; 0 where it concerns the case as it stands
    recorded: str
    now: str

    @property
    def text(self) -> str:
        """The difference as the command line tells it."""
        where = f"第 {self.seq} 条" if self.seq else "现状"
        return f"{self.case}　{where}　{KINDS[self.kind]}　{self.name}：当时“{self.recorded}”，现在“{self.now}”"


@dataclass(slots=True)
class Report:
    """How much was run again, what could not be, and what differs."""

    counts: Counter[str] = field(default_factory=Counter)  # cases, steps, due_days, guards, letters
    unstored: Counter[str] = field(default_factory=Counter)  # guards that look at facts no event keeps, by name
    engines: Counter[str] = field(default_factory=Counter)  # events by the version that wrote them
    differences: list[Difference] = field(default_factory=list)

    def add(self, found: Iterable[Difference]) -> None:
        """Take in what one part found."""
        self.differences += found

    @property
    def names(self) -> list[str]:
        """The name of everything that differs, once."""
        return sorted({one.name for one in self.differences})
