"""The step an effect belongs to, before and after its event is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.context import Services
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Step:
    """Its case as it stood, its typed inputs, its reason and the moment."""

    services: Services
    at: Situation
    inputs: Mapping[str, Any]
    reason: str | None
    now: datetime
    secrets: Mapping[str, str]  # vaulted inputs
    actor: Actor
    to_state: str

    @property
    def today(self) -> date:
        return local_day(self.now)

    def fact(self, name: str) -> Any:
        """The newest value the case was told: in this step, before, or when it was filed; None when never."""
        for source in (self.inputs, *(step.inputs for step in reversed(self.at.history)), self.at.case.inputs):
            if source.get(name) not in (None, "", [], {}):
                return source[name]
        return None


@dataclass(frozen=True, slots=True)
class Written:
    """What stands when later effects follow: the event's digest and the letter of the step."""

    event: str
    letter: Any | None
