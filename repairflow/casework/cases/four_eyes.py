"""Four eyes (分人办理): who took one step of a case does not take another, and is not given the case for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import history_of
from repairflow.errors import Refusal
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records.rows import CaseRow


def refusals(procedure: Procedure, history: Sequence[Done], action: Action, actor_id: int | None) -> list[Refusal]:
    """Refusals because the same person did what this action must be distinct from, the last time round, or entered at the
    window what the subject had to say: nobody decides on an answer that only he has heard."""
    found = []
    for name in action.distinct_from:
        done = [step for step in history if step.action == name]
        if done and actor_id is not None and done[-1].actor_id == actor_id:
            label = procedure.action[name].label
            found.append(Refusal("four_eyes", f"“{label}”是您办理的，“{action.label}”须由另一人办理"))
    mine = (step.action for step in history if actor_id is not None and step.actor_id == actor_id)
    entered = [name for name in mine if (own := procedure.action.get(name)) and set(own.by) <= SUBJECT_ROLES]
    if entered and action.distinct_from and not found:
        label = procedure.action[entered[-1]].label
        found.append(Refusal("four_eyes", f"“{label}”是您替当事人录入的，“{action.label}”须由另一人办理"))
    return found


class Bars:
    """Who may not see to a post's part of a case, which its caller has locked: a step that is this post's turn must be another's."""

    def __init__(self, tx: Connection, law: Library, case: CaseRow, role: str) -> None:
        """Read the case's steps, where some step of this post must be distinct from another at all."""
        self._procedure = law.procedure(case.procedure, case.procedure_version)
        ahead = self._procedure.actions_from(case.state).values()
        self._steps = [step for step in ahead if role in step.by and step.distinct_from]
        self._history = history_of(tx, case.id) if self._steps else ()

    def hold(self, person_id: int) -> str:
        """Return the step of this post that the person may not take; empty where all are open to it."""
        barred = (step.label for step in self._steps if refusals(self._procedure, self._history, step, person_id))
        return next(barred, "")
