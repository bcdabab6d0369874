"""Effects that are not a record's own: on pushes, subjects, lists and measures. Each is a named function of the step.

What a record's public life does stands in workflows/procedures/record-*.toml; law.checking knows these names as CASE_EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select, update

from repairflow.casework import interview_effects, list_effects, measure_effects, outflow
from repairflow.casework.step import Step, Written
from repairflow.errors import Refusal, Refused
from repairflow.law.periods import Period
from repairflow.records import cases, office, subject

__all__ = ["AFTERWARDS", "EFFECTS", "Step", "Written"]


def waive_push(tx: Connection, step: Step) -> None:
    """A target's receipt is no longer waited for; Refused when none is."""
    if not outflow.waive(tx, step.at.case.id, str(step.inputs["target"]), step.reason, step.now):
        raise Refused([Refusal("no_such_push", "没有等待该推送对象回执的推送，无需免除")])


def transfer_case(tx: Connection, step: Step) -> None:
    """Afterwards the case is decided by the office the step names by code; Refused for an unknown one or its own."""
    code = str(step.inputs["to_office"]).strip()
    goal = tx.execute(select(office.c.id).where(office.c.code == code)).scalar()
    if goal is None:
        raise Refused([Refusal("no_such_office", f"没有编码为 {code} 的单位，请核对单位编码")])
    if goal == step.at.case.deciding_id:
        raise Refused([Refusal("same_office", "办件本来就由该单位办理，无需移送")])
    tx.execute(update(cases).where(cases.c.id == step.at.case.id).values(deciding_id=goal))


def bar_commitment(tx: Connection, step: Step) -> None:
    """Afterwards the subject may not repair by commitment for as long as the rule pack says (commitment_bar_years)."""
    years = int(step.at.pack.switch.get("commitment_bar_years", 3))
    until = Period(years, "years").after(step.today)
    tx.execute(update(subject).where(subject.c.id == step.at.case.subject_id).values(no_commitment_until=until))


EFFECTS: Mapping[str, Callable[[Connection, Step], None]] = {
    "waive_push": waive_push,
    "transfer_case": transfer_case,
    "bar_commitment": bar_commitment,
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
