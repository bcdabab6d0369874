"""What a letter tells of: one step of a case, as far as the letter needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.law.deadlines.due import Due
from repairflow.law.procedure.model import Action
from repairflow.letters.text.templates import latest_version
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class LetterStep:
    """The step `name` of a case and the letter of `kind` that it issues; `dues` are the limits once it is done."""

    at: Situation
    name: str
    action: Action
    kind: str
    now: datetime
    inputs: Mapping[str, object] = field(default_factory=dict)  # values of many kinds, as the form declares them
    dues: Mapping[str, Due] = field(default_factory=dict)
    change: Change | None = None  # what it does to the record
    reason: str | None = None
    ground: str | None = None
    unattended: bool = False  # by the system: nobody is at a form who could be told what is wrong with the letter

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def version(self) -> str:
        """The version of the letter's text that is in force on the day of the step."""
        return latest_version(self.kind, self.today.isoformat())
