"""The decision that a notice of hearing announces (听取意见告知书): the step that may take it, and whose basis the notice tells."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.case_state.guard_facts import linked
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_rules
from repairflow.errors import Refusal
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action, GuardUse
from repairflow.law.remedies_of_acts import CORRECTS, burdening, may_burden
from repairflow.letters.text.templates import required_fields

FIRST = "first_case_was"
TOLD = "hearing_notice"
"""The letter that tells somebody what is intended, before it is decided."""


def first_procedure(tx: Connection, at: Situation) -> str:
    """Return the procedure of the case that opened this one; empty without one."""
    return next((case.procedure for case in linked(tx, at.case.id) if case.opened_this), "")


def decision(tx: Connection, at: Situation, action: Action) -> tuple[str, Action] | None:
    """Return the step of this case against the subject that the letter of `action` announces, by name; None where it announces none.

    A case about an earlier one may end in different decisions: the one for that case's procedure.
    """
    if action.letter is None or "proposed" not in required_fields(action.letter):
        return None
    first = first_procedure(tx, at)
    return next(
        (
            (name, burdening(one) if _corrects(action, one) else one)
            for name, one in at.procedure.action.items()
            if one.letter is not None
            and (SAYS.get(one.letter) == "against" or _corrects(action, one))
            and _about(one, first)
        ),
        None,
    )


def _corrects(notice: Action, one: Action) -> bool:
    """Tell whether a step may carry out the heavier correction that a notice announces."""
    return "corrections" in notice.inputs and CORRECTS in one.effects and may_burden(one)


def unconfirmed(tx: Connection, at: Situation, name: str, action: Action) -> list[Refusal]:
    """Return why the letter of an action may not be issued yet: nothing it rests on, or nothing the decision it announces rests on."""
    ahead = decision(tx, at, action)
    more = own_rules.step_unconfirmed(tx, at, *ahead) if ahead is not None else []
    return [*own_rules.unconfirmed(tx, at, name, action), *more]


def _about(action: Action, first: str) -> bool:
    """Tell whether a step may decide a case that follows from one of procedure `first`."""
    return all(first in _procedures(use) for use in action.guards if use.guard == FIRST)


def _procedures(use: GuardUse) -> tuple[str, ...]:
    named = use.parameters.get("procedure", ())
    return named if isinstance(named, tuple) else (str(named),)
