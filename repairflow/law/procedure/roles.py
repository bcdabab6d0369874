"""On whose side a role stands, and for whom an outcome speaks: closed vocabularies that checks, paths and pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

RoleSide = Literal["subject", "office", "system"]
OutcomeSide = Literal["for", "against", "neutral"]

SYSTEM = "system"
"""The role in whose name due deadlines, receipts and linked cases act; nobody signs in as it."""

SUBJECT_ROLES = frozenset({
    "applicant", "objector", "subject", "agent", "interviewee", "responsible_person", "administrator", "guardian",
    "complainant", "informant", "committer",
})  # fmt: skip
"""Roles of the subject (信用主体), of who speaks for it (代理人、监护人), and of citizens who turn to an office."""

OFFICE_ROLES: Mapping[str, Literal["receiving", "deciding", "providing"]] = {
    "registrar": "receiving", "checker": "receiving", "supervisor": "receiving",
    "acceptor": "deciding", "examiner": "deciding", "reviewer": "deciding", "decider": "deciding", "head": "deciding",
    "legal_reviewer": "deciding", "proposer": "deciding", "interviewer": "deciding", "recorder": "deciding",
    "handler": "deciding",
    "provider": "providing", "partner": "providing",
}  # fmt: skip
"""Posts that people hold, and which of a case's three offices each belongs to: a role outside is nobody's."""

CITIZEN_ROLES = frozenset({"complainant", "informant"})
"""Who turns to an office about somebody else: anybody, and never shown to those who handle the case."""

OUTCOMES: Mapping[str, OutcomeSide] = {
    "granted": "for", "corrected": "for", "annulled": "for", "upheld": "for", "removed": "for", "lifted": "for",
    "passed": "for", "performed": "for", "rectified": "for", "masked": "for", "expired": "for", "not_listed": "for",
    "dropped": "for", "answered": "for", "accepted": "for",
    "denied": "against", "refused": "against", "maintained": "against", "annotated": "against", "dismissed": "against",
    "listed": "against", "revoked": "against", "failed": "against", "escalated": "against", "breached": "against",
    "unmasked": "against", "sanctioned": "against",
    "withdrawn": "neutral", "lapsed": "neutral", "transferred": "neutral", "terminated": "neutral", "closed": "neutral",
    "recorded": "neutral", "referred": "neutral", "ended": "neutral",
}  # fmt: skip
"""Every outcome a final state may have, seen from the subject: of an unknown one nobody could say whether it refuses."""


def role_side(role: str) -> RoleSide:
    """The side a role stands on; every role that is neither the system's nor listed as the subject's is an office's."""
    if role == SYSTEM:
        return "system"
    return "subject" if role in SUBJECT_ROLES else "office"


def outcome_side(outcome: str | None) -> OutcomeSide | None:
    """For whom an outcome speaks; None for a state that is not final or an outcome outside the vocabulary."""
    return OUTCOMES.get(outcome) if outcome is not None else None
