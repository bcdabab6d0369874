"""Effects that are not a record's own: on pushes, subjects, lists and measures. Each is a named function of the step.

What a record's public life does stands in workflows/procedures/record-*.toml; law.checking knows these names as CASE_EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from repairflow.casework import interview_effects, list_effects, measure_effects, outflow
from repairflow.casework.step import Step, Written
from repairflow.errors import Refusal, Refused

__all__ = ["AFTERWARDS", "EFFECTS", "Step", "Written"]


def waive_push(tx: Connection, step: Step) -> None:
    """A target's receipt is no longer waited for; Refused when none is."""
    if not outflow.waive(tx, step.at.case.id, str(step.inputs["target"]), step.reason, step.now):
        raise Refused([Refusal("no_such_push", "没有等待该推送对象回执的推送，无需免除")])


EFFECTS: Mapping[str, Callable[[Connection, Step], None]] = {
    "waive_push": waive_push,
    "link_person": list_effects.link_person,
}
"""Effects before the event, which may still refuse the step. With AFTERWARDS, a test holds the names equal to law's."""

AFTERWARDS: Mapping[str, Callable[[Connection, Step, Written], int]] = {
    "enter_list": list_effects.enter_list,
    "leave_list": list_effects.leave_list,
    "expire_from_list": list_effects.expire_from_list,
    "annul_listing": list_effects.annul_listing,
    "impose_measure": measure_effects.impose_measure,
    "lift_measure": measure_effects.lift_measure,
    "push_interview": interview_effects.push_interview,
}
"""Effects that need the event and the letter's number; each gives how many pushes now wait."""
