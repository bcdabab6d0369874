"""Whether a case was applied for, by the subject or a citizen, or an office began it of its own motion (依职权)."""

from __future__ import annotations

from repairflow.casework.case_state.situation import Situation
from repairflow.law.procedure.channels import BEGUN_BY_OFFICES
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES


def applied_for(at: Situation) -> bool:
    """Tell whether somebody outside the offices applied: a case that offices alone may open was not, whatever its channel. What a
    citizen reports (投诉、举报) was, also where an officer wrote it down."""
    procedure = at.procedure
    filers = set(procedure.filed_by or procedure.actor) & SUBJECT_ROLES
    if procedure.opened_only or not filers:
        return False
    return bool(filers & CITIZEN_ROLES) or at.case.channel not in BEGUN_BY_OFFICES
