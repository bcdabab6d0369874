"""Whoever filed may take it back: as long as the case has not been taken up, and by a step that nobody else opens or closes."""

from __future__ import annotations

from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

HARMLESS = frozenset({"is_the_filer", "case_kind_is", "first_case_kind_not", "follows_no_case"})
"""Guards a withdrawal may have: they say whose case it is, and no office or day changes that."""


def check(report: Report) -> None:
    """Cases that their filer cannot take back."""
    p = report.procedure
    if report.is_record or not files_itself(p) or p.confidential:  # who tips off withdraws by word of mouth, if at all
        return
    taking_back = {name: action for name, action in p.action.items() if _takes_back(p, action)}
    for state in p.state:
        if state not in before_acceptance(p):
            continue
        here = [name for name, action in taking_back.items() if state in action.from_]
        if not here:
            text = f"{report.state(state)}没有主体可以办理的撤回，提出以后就不能收回"
            text += "；请增加以 withdrawn 终结、由主体办理的动作，或者在它的 from 中加上该环节"
            report.find("withdrawal_missing", ("state", state), text)
        elif all(_barred(taking_back[name]) for name in here):
            guards = "、".join(report.guard(one) for one in sorted(_barred(taking_back[here[0]])))
            text = f"{report.action(here[0])}是主体的撤回，{guards}却可以使它办不成；请删去"
            report.find("withdrawal_missing", ("action", here[0], "guards"), text)


def _takes_back(p: Procedure, action: Action) -> bool:
    ends_quietly = outcome_side(outcome_of(p, action)) == "neutral"
    return ends_quietly and any(role_side(role) == "subject" for role in action.by)


def _barred(action: Action) -> set[str]:
    return {use.guard for use in action.guards} - HARMLESS
