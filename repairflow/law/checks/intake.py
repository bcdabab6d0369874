"""Where a case stands before it has been taken up: there alone an office may turn it away without having looked into it."""

from __future__ import annotations

from functools import lru_cache

from repairflow.law.checks.graph import KEPT, Key
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import role_side
from repairflow.law.procedure.turns import offices_of


def before_acceptance(p: Procedure) -> frozenset[str]:
    """Return the states from which a case can still be refused to be taken up: where it arrives, where another office received it,
    where it waits for its filer to complete it, and where people outside the office or the system bring it on."""
    return _before_acceptance(Key(p))


@lru_cache(maxsize=KEPT)
def _before_acceptance(key: Key) -> frozenset[str]:
    p = key.procedure
    found = {p.initial} & set(p.state)
    while True:
        more = {
            action.to
            for action in p.action.values()
            if action.to is not None
            and action.to in p.state
            and not p.state[action.to].final
            and action.to not in found
            and found & set(action.from_)
            and (_brought_on(action) or _passes_on(p, action) or _waits_for_filer(p, action.to, found))
        }
        if not more:
            return frozenset(found)
        found |= more


def _brought_on(action: Action) -> bool:
    """Tell whether somebody outside the office, or the system, brings a case on without deciding anything or taking it up."""
    return not _by_office(action) and not action.effects and SAYS.get(action.letter or "") != "taken_up"


def _goes_on(p: Procedure, action: Action, state: str) -> bool:
    return action.to is not None and action.to in p.state and action.to != state and not p.state[action.to].final


def _passes_on(p: Procedure, action: Action) -> bool:
    """Tell whether a step hands a case to another office that has to take it up, and tells nobody that it was taken up."""
    if "transfer_case" in action.effects:
        return True
    onward = [other for other in p.actions_from(action.to or "").values() if _goes_on(p, other, action.to or "")]
    there = {office for other in onward for office in offices_of(p, other)}
    return action.letter is None and bool(there) and not there & offices_of(p, action)


def _waits_for_filer(p: Procedure, state: str, found: set[str]) -> bool:
    """Tell whether a case leaves a state, unless it ends there, only by its filer's step back to where it was (补正)."""
    onward = [action for action in p.actions_from(state).values() if _goes_on(p, action, state)]
    return bool(onward) and all(action.to in found and not _by_office(action) for action in onward)


def _by_office(action: Action) -> bool:
    return any(role_side(role) == "office" for role in action.by)
