"""What each kind of letter says to its reader: that a case is decided for or against it, taken up, not taken up, or ended.

The checks hold a letter against the outcome it goes with. A kind of an installation's own says it in the head of its text (`declare`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from repairflow.law.procedure.letter_form import LetterForm
from repairflow.law.procedure.model import Procedure

Says = Literal["for", "against", "either", "not_taken_up", "taken_up", "ended", "notice"]

SAYS: dict[str, Says] = {
    "repair_granted": "for", "removal_decision": "for", "annulment_decision": "for", "masking_decision": "for",
    "honour_decision": "for", "honour_review_result": "for", "commitment_performed": "for", "joint_measure_lifted": "for",
    "repair_denied": "against", "removal_denied": "against", "listing_decision": "against",
    "listing_maintained": "against", "revocation": "against", "removal_revoked": "against",
    "unmasking_decision": "against", "honour_revoked": "against", "commitment_breached": "against", "commitment_refused": "against",
    "joint_measure_notice": "against",
    "case_result": "either", "objection_result": "either", "provider_decision": "either", "objection_passed_on": "either",
    "intake_result": "either", "interview_result": "either",
    "rectification_verdict": "either", "listing_dropped": "either", "credit_warning_closed": "either",
    "repair_not_accepted": "not_taken_up", "objection_not_accepted": "not_taken_up",
    "removal_not_accepted": "not_taken_up", "case_not_accepted": "not_taken_up",
    "intake_not_accepted": "not_taken_up", "commitment_declined": "not_taken_up",
    "repair_receipt": "taken_up", "case_receipt": "taken_up", "objection_receipt": "taken_up", "removal_receipt": "taken_up",
    "intake_receipt": "taken_up", "repair_accepted": "taken_up", "objection_accepted": "taken_up",
    "case_accepted": "taken_up", "commitment_registered": "taken_up", "deficient_accepted": "taken_up",
    "repair_withdrawn": "ended", "objection_withdrawn": "ended", "removal_withdrawn": "ended", "repair_lapsed": "ended",
    "objection_lapsed": "ended", "promise_lapsed": "ended", "termination_notice": "ended", "honour_exit_decision": "ended",
    "supplement_required": "notice", "extension": "notice", "hearing_notice": "notice", "interview_notice": "notice",
    "interview_record": "notice", "listing_notice": "notice", "rectification_order": "notice", "credit_warning": "notice",
    "transfer_letter": "notice", "reward_notice": "notice", "consultation": "notice", "honour_review_notice": "notice",
    "honour_review_order": "notice",
    "joint_measure_request": "notice",
}  # fmt: skip

SHIPPED = frozenset(SAYS)

CARRIED_OUT_ELSEWHERE = frozenset({"provider_decision"})
"""Decisions that another office then passes on and carries out: the case goes on after them."""
PASSES_ON = frozenset({"objection_passed_on"})
"""Letters by which an office passes on what another one decided: they tell a result, and the remedies are those of that decision."""


def declare(says: Mapping[str, Says]) -> None:
    """Ensure that kinds of an installation's own tell this, beside the shipped ones."""
    for kind in SAYS.keys() - SHIPPED - says.keys():
        del SAYS[kind]
    SAYS.update(says)


@contextmanager
def declaring(says: Mapping[str, Says]) -> Iterator[None]:
    """Within the block these kinds tell this too."""
    before = {kind: said for kind, said in SAYS.items() if kind not in SHIPPED}
    declare({**before, **says})
    try:
        yield
    finally:
        declare(before)


SAYS_LABEL: Mapping[Says, str] = {
    "for": "准予、成立等有利决定", "against": "不予、维持等不利决定", "either": "处理结果", "not_taken_up": "不予受理",
    "taken_up": "收到、受理", "ended": "撤回、终止", "notice": "办理中的告知",
}  # fmt: skip
"""How messages put it."""

OFFICIAL: Mapping[str, LetterForm] = {
    "consultation": LetterForm(to="provider"),
    "joint_measure_request": LetterForm(to="provider"),
    "transfer_letter": LetterForm(to="receiver"),
}
"""Letters between offices; all others go to the subject, unless a definition says otherwise."""


def form_of(procedure: Procedure, kind: str) -> LetterForm:
    """Return how a letter of this kind leaves the office in cases of this procedure."""
    return procedure.letters.get(kind) or OFFICIAL.get(kind, LetterForm())


def must_be_served(procedure: Procedure, kind: str) -> bool:
    """Tell whether letters of this kind are served in cases of this procedure, or set a subject a limit that begins with it."""
    if form_of(procedure, kind).served:
        return True
    waits = {state for clock in procedure.clock.values() if clock.starts == "served" for state in clock.runs_in}
    return any(action.letter == kind and action.to in waits for action in procedure.action.values())


DEMANDS = frozenset({"interview_notice", "credit_warning", "rectification_order", "honour_review_order"})
"""Letters that lay a duty on the subject: to come, to answer, to put right. They need something to rest on as decisions against
it do. A request to complete one's own application is none, nor is the record of an interview that has taken place."""

BINDING = frozenset({
    "repair_granted", "removal_decision", "masking_decision", "honour_decision", "interview_result", "termination_notice",
    "annulment_decision",
})  # fmt: skip
"""Letters that bind beside decisions against the subject: what was asked for is granted, a matter is ended or put on file. They
need something to rest on too, and so does a 撤销列入决定书, which undoes a decision: nobody has read an article that says by
what a listing is undone, so the office confirms one and the letter cites it. Not so what only takes a burden or an error of
data away (更正、解除, an objection that is upheld): that waits for nothing."""

DEMAND_LABEL = "要求当事人履行的通知"


OTHERWISE: Mapping[str, str] = {
    **dict.fromkeys(DEMANDS, DEMAND_LABEL), **dict.fromkeys(OFFICIAL, "单位之间的公函"), "supervision_slip": "单位之间的督办",
    "platform_correction": "请平台更正公示信息的函",
    "joint_measure_notice": "采取失信惩戒措施的告知",
    "status_extract": "某一时点公示状况的证明", "credit_file": "依申请出具的信用档案",
    "letter_correction": "对原文书的更正", "repair_informed": "公示和修复事项的告知",
}  # fmt: skip
"""Letters of no step, or which are more than a notice of the course."""


def told_as(kind: str) -> str:
    """Return what a letter is, as the verification page says."""
    return OTHERWISE.get(kind) or SAYS_LABEL[SAYS.get(kind, "notice")]


DECIDE = frozenset({"for", "against", "either"})
"""What each letter of a decision says."""


def deciding() -> tuple[str, ...]:
    """Kinds of letters that decide, a refusal to take a matter up among them: the newest is what a later case is about."""
    return tuple(sorted(kind for kind, says in SAYS.items() if says in DECIDE or says == "not_taken_up"))
