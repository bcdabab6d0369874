"""Which steps decide: by an outcome for or against the subject, by an effect that lasts, by a letter that states a decision."""

from __future__ import annotations

from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.letter_kinds import DECIDE, SAYS
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import SYSTEM, outcome_side, role_side
from repairflow.law.procedure.vocabulary import OutcomeSide

LASTING = frozenset({
    "publish", "cease_publicity", "cease_sharing", "lift_measures", "annul_record", "correct_record", "annotate_record",
    "restore_record", "reinstate_record", "restart_period", "resume_sharing", "reimpose_measures",
    "enter_list", "leave_list", "expire_from_list", "leave_honour", "renew_honour", "annul_listing", "bar_commitment",
})  # fmt: skip
"""Effects that outlast the case: not the marks, masks and seals that only accompany it."""

AGAINST = frozenset({"restore_record", "reinstate_record", "reimpose_measures", "resume_sharing", "impose_measure"})
FOR = frozenset({"cease_publicity", "cease_sharing", "lift_measures", "lift_measure", "annul_record", "correct_record"})


def undecided(procedure: Procedure, action: Action) -> bool:
    """Tell whether a step ends a case and decides nothing: not taken up where it was not taken up before (one may file again), or
    dropped by the office before anybody had notice."""
    outcome = outcome_of(procedure, action)
    if outcome == "refused":
        return set(action.from_) <= before_acceptance(procedure)
    return outcome == "dropped"


def outcome_of(procedure: Procedure, action: Action) -> str | None:
    """Return the outcome a step ends the case with; None when it does not end it."""
    state = procedure.state.get(action.to) if action.to is not None else None
    return state.outcome if state is not None else None


def decides(procedure: Procedure, action: Action) -> bool:
    """Tell whether a step decides the case, or something that lasts."""
    outcome = outcome_of(procedure, action)
    ends = outcome_side(outcome) in ("for", "against") and not undecided(procedure, action)
    decides_by_letter = action.letter is not None and SAYS.get(action.letter) in DECIDE
    return bool(LASTING & set(action.effects)) or decides_by_letter or ends


WEIGHTY = frozenset({"enter_check_result", "impose_measure", "lift_measure"})
"""Effects of a case's own that weigh on the subject, or lift what does, as a decision would."""
ANNOUNCE = frozenset({"hearing_notice", "listing_notice", "interview_notice"})
"""Letters that say what is going to be decided: the right to object they name is that of a hearing; or when and where somebody has
to come to an interview that another approved."""


def weighs(procedure: Procedure, action: Action) -> bool:
    """Tell whether one pair of eyes is not enough for a step: it decides, it acts on the subject, or it can be contested."""
    contested = bool(action.remedy) and action.letter not in ANNOUNCE and not undecided(procedure, action)
    return decides(procedure, action) or bool(WEIGHTY & set(action.effects)) or contested


def by_office(action: Action) -> bool:
    """Tell whether some office's post may take a step."""
    return any(role_side(role) == "office" for role in action.by)


def by_system_alone(action: Action) -> bool:
    """Tell whether nobody presses it."""
    return set(action.by) == {SYSTEM}


def side_of(procedure: Procedure, action: Action) -> OutcomeSide | None:
    """For whom a step speaks: by its outcome, else by its lasting effects, else by the only side it can still end on."""
    outcome = outcome_of(procedure, action)
    if outcome is not None:
        return outcome_side(outcome)
    if AGAINST & set(action.effects):
        return "against"
    if FOR & set(action.effects):
        return "for"
    if action.to is None:
        return None
    ahead = closure([action.to], successors(procedure))
    sides = {
        outcome_side(procedure.state[s].outcome) for s in ahead if s in procedure.state and procedure.state[s].final
    }
    return sides.pop() if len(sides) == 1 else None
