"""Whose turn it is in a state of a procedure. Pure."""

from __future__ import annotations

from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES, outcome_side


def awaited(procedure: Procedure, state: str) -> frozenset[str]:
    """The roles whose turn it is in this state: all that may lead the case on, but not those who may only extend a limit
    or break the case off (撤回、终止), unless nobody can do anything else."""
    actions = procedure.actions_from(state).values()
    onward = [
        a
        for a in actions
        if a.extends is None and (a.to is None or outcome_side(procedure.state[a.to].outcome) != "neutral")
    ]
    return frozenset(role for action in onward or actions for role in action.by if role not in action.enters)


def waits_for_subject(procedure: Procedure, state: str) -> bool:
    """Whether a limit of the subject's own runs in this state: it must act or lose something."""
    return any(clock.owner in SUBJECT_ROLES and state in clock.runs_in for clock in procedure.clock.values())
