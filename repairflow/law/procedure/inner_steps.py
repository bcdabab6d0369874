"""Steps whose words are the offices' own: opinions that one officer writes for the next before anything is decided. Pure."""

from __future__ import annotations

from repairflow.law.procedure.letter_form import LetterForm
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES

INNER_LABEL = "单位内部办理"
"""What such a step is called before the subject: its own name (拟不予修复) would tell the opinion."""
INNER_ACTION = "inner_step"
"""Its name in answers of the API, for the same reason."""


def inner_steps(procedure: Procedure) -> frozenset[str]:
    """Return the actions of which the subject of a case learns that they were taken, not what was written or answered.

    The subject reads its own steps, those of the system, those whose letter goes to it, those that end the case, and those
    after which it is to act or that answer what it asked.
    """
    return frozenset(name for name, action in procedure.action.items() if _inner(procedure, action))


def _inner(procedure: Procedure, action: Action) -> bool:
    if not (action.reason or action.inputs) or not SUBJECT_ROLES.isdisjoint(action.by) or set(action.by) == {"system"}:
        return False
    if action.letter is not None:
        form = procedure.letters.get(action.letter, LetterForm())
        return form.to != "subject" and "subject" not in form.copies
    if action.to is None:
        return bool(action.inputs) or not all(_subject_acts(procedure, state) for state in action.from_)
    return not (procedure.state[action.to].final or _subject_acts(procedure, action.to))


def _subject_acts(procedure: Procedure, state: str) -> bool:
    """Tell whether the subject has a step here with which the case goes on: more than ending it (撤回)."""
    return any(
        not SUBJECT_ROLES.isdisjoint(action.by) and (action.to is None or not procedure.state[action.to].final)
        for action in procedure.actions_from(state).values()
    )
