"""Who takes a step, and whose turn it is in a state of a procedure. Pure."""

from __future__ import annotations

from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, SUBJECT_ROLES, outcome_side


def takers(action: Action) -> tuple[str, ...]:
    """Return the roles that take a step themselves: not those that only enter what another office decided (`Action.enters`)."""
    return tuple(role for role in action.by if role not in action.enters)


def offices_of(procedure: Procedure, action: Action) -> frozenset[str]:
    """Return the offices of a case whose posts take a step themselves: two of them may be one office."""
    where = {"receiving": procedure.offices.receiving, "deciding": procedure.offices.deciding}
    return frozenset(
        where.get(OFFICE_ROLES[role], OFFICE_ROLES[role]) for role in takers(action) if role in OFFICE_ROLES
    )


def awaited(procedure: Procedure, state: str) -> frozenset[str]:
    """Return the roles whose turn it is in this state: all that may lead the case on, but not those who may only extend a limit
    or break the case off (撤回、终止), unless nobody can do anything else."""
    actions = procedure.actions_from(state).values()
    onward = [
        a
        for a in actions
        if a.extends is None and (a.to is None or outcome_side(procedure.state[a.to].outcome) != "neutral")
    ]
    return frozenset(role for action in onward or actions for role in takers(action))


def waits_for_subject(procedure: Procedure, state: str) -> bool:
    """Tell whether a limit of the subject's own runs in this state: it must act or lose something."""
    return any(clock.owner in SUBJECT_ROLES and state in clock.runs_in for clock in procedure.clock.values())
