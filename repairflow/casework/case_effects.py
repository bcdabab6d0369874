"""Effects that are not a record's own: on pushes, subjects, lists and measures. Each is a named function of the step.

What a record's public life does stands in workflows/procedures/record-*.toml; law.checking knows these names as CASE_EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from repairflow.casework import outflow
from repairflow.casework.facts import Situation
from repairflow.casework.house import House
from repairflow.errors import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Step:
    """The step an effect belongs to: its typed inputs, its reason and the moment."""

    house: House
    at: Situation
    inputs: Mapping[str, Any]
    reason: str | None
    now: datetime


def waive_push(tx: Connection, step: Step) -> None:
    """A target's receipt is no longer waited for; Refused when none is."""
    if not outflow.waive(tx, step.at.case.id, str(step.inputs["target"]), step.reason, step.now):
        raise Refused([Refusal("no_such_push", "没有等待该推送对象回执的推送，无需免除")])


EFFECTS: Mapping[str, Callable[[Connection, Step], None]] = {"waive_push": waive_push}
"""Every effect of this kind by the name procedure files use; a test holds it equal to law's CASE_EFFECTS."""
