"""Letters beside what a case is about and what its step does: no letter of another procedure, none without the act it tells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.report import Report
from repairflow.law.letter_kinds import OFFICIAL, form_of
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, role_side
from repairflow.law.toml_file import read_toml
from repairflow.settings import asset

SPEAK_OF: Mapping[str, frozenset[str]] = {
    "objection_": frozenset({"objection"}),
    "repair_": frozenset({"repair", "reorganisation"}),
    "removal_": frozenset({"list_removal", "revocation"}),
    "listing_": frozenset({"listing", "list_removal"}),
    "honour_decision": frozenset({"listing"}),
    "honour_review_": frozenset({"honour_review"}),
    "honour_": frozenset({"honour_exit", "honour_review"}),
    "credit_warning": frozenset({"credit_warning"}),
    "annulment_": frozenset({"list_removal"}),
    "intake_": frozenset({"complaint", "tip_off"}),
    "interview_": frozenset({"interview"}),
    "rectification_": frozenset({"rectification"}),
    "commitment_": frozenset({"commitment"}),
    "joint_measure_": frozenset({"joint_measure"}),
    "masking_": frozenset({"reorganisation"}),
    "unmasking_": frozenset({"reorganisation"}),
    "revocation": frozenset({"revocation"}),
}
"""What a kind of letter speaks of, by the beginning of its name, and the procedures that are about it."""

TELL_AN_ACT: Mapping[str, frozenset[str]] = {
    "repair_granted": frozenset({"cease_publicity"}),
    "removal_decision": frozenset({"leave_list", "expire_from_list"}),
    "annulment_decision": frozenset({"annul_record"}),
    "masking_decision": frozenset({"mask_record"}),
    "unmasking_decision": frozenset({"unmask_record"}),
    "listing_decision": frozenset({"enter_list"}),
    "honour_decision": frozenset({"enter_list"}),
    "honour_review_result": frozenset({"renew_honour"}),
    "honour_exit_decision": frozenset({"leave_honour"}),
    "honour_revoked": frozenset({"leave_honour"}),
    "revocation": frozenset({"restore_record"}),
    "removal_revoked": frozenset({"restore_record"}),
    "joint_measure_notice": frozenset({"impose_measure"}),
    "joint_measure_lifted": frozenset({"lift_measure"}),
    "transfer_letter": frozenset({"transfer_case"}),
}
"""Letters whose text says that something has been done to the record or the case: one of these effects goes with each."""

TELL_AN_END: Mapping[str, frozenset[str]] = {
    "repair_denied": frozenset({"denied"}),
    "removal_denied": frozenset({"denied"}),
    "listing_maintained": frozenset({"maintained"}),
    "listing_dropped": frozenset({"not_listed"}),
    "commitment_performed": frozenset({"performed"}),
    "commitment_breached": frozenset({"breached"}),
    "commitment_refused": frozenset({"failed"}),
    "termination_notice": frozenset({"terminated", "closed", "ended"}),
}
"""Letters whose text names the end: the outcomes it may go with."""

ENTER: Mapping[str, frozenset[str]] = {"enter_list": frozenset({"listed", "accepted"})}
"""Effects that only some ends can have."""


def check(report: Report) -> None:
    """Everything wrong between a letter and the case or step it goes with."""
    p = report.procedure
    if report.is_record:
        return
    if p.filing_letter is not None:
        _of_another(report, p.filing_letter, ("filing_letter",), "提出申请")
    for name, action in p.action.items():
        _end_of_effects(report, name, action)
        if action.letter is not None:
            at, what = ("action", name, "letter"), report.action(name)
            _of_another(report, action.letter, at, what)
            _without_act(report, action, action.letter, at, what)
            _by_whom(report, action.letter, at, what)
            _addressed(report, action.letter)


@cache
def shipped() -> frozenset[str]:
    """Return the procedures that come with the program: what each is about is known."""
    folder = asset("workflows") / "procedures"
    return frozenset(read_toml(path.read_text(encoding="utf-8"))["procedure"] for path in folder.glob("*.toml"))


def _of_another(report: Report, kind: str, at: tuple[str, ...], what: str) -> None:
    """Check that a shipped procedure writes no letters of another; one of an installation's own may be like any of them."""
    about = next((names for start, names in SPEAK_OF.items() if kind.startswith(start)), None)
    p = report.procedure
    if about is None or p.procedure in about or p.procedure not in shipped():
        return
    labels = "、".join(sorted({f"“{one.label}”" for one in report.names.files if one.procedure in about})) or kind
    text = f"{what}的文书“{kind}”写的是{labels}，本程序办理的是“{p.label}”；请换成本程序的文书"
    report.find("letter_says_other", at, text)


def _without_act(report: Report, action: Action, kind: str, at: tuple[str, ...], what: str) -> None:
    acts, ends = TELL_AN_ACT.get(kind), TELL_AN_END.get(kind)
    if acts is not None and not acts & set(action.effects):
        wanted = "或者".join(sorted(acts))
        text = f"{what}的文书“{kind}”写明已经办理，effects 中却没有 {wanted}，文书不实；请写明效果，或者换一种文书"
        report.find("letter_without_act", at, text)
    outcome = outcome_of(report.procedure, action)
    if ends is not None and outcome is not None and outcome not in ends:
        text = f"{what}的文书“{kind}”不是结果“{outcome}”的文书；请换成相应的文书"
        report.find("letter_says_other", at, text)
    by_subject = any(role_side(role) == "subject" for role in action.by)
    if kind.endswith("_withdrawn") and not by_subject:
        text = f"{what}的文书“{kind}”写的是当事人撤回，该动作却不由当事人办理；请换成相应的文书"
        report.find("letter_says_other", at, text)


def _end_of_effects(report: Report, name: str, action: Action) -> None:
    outcome = outcome_of(report.procedure, action)
    for effect in action.effects:
        ends = ENTER.get(effect)
        if ends is not None and outcome is not None and outcome not in ends:
            end = report.state(action.to or "")
            text = f"{report.action(name)}的效果“{effect}”是列入名单，{end}的 outcome 却是“{outcome}”；请改正其中之一"
            report.find("outcome_disguises", ("action", name, "effects"), text)


def _by_whom(report: Report, kind: str, at: tuple[str, ...], what: str) -> None:
    """Check that a letter of, or to, the providing office wants a case that has one."""
    form, p = form_of(report.procedure, kind), report.procedure
    said = [word for word, holds in (("by", form.by == "provider"), ("to", form.to == "provider")) if holds]
    if said and not _has_provider(p):
        text = f"{what}的文书“{kind}”写了 {said[0]} = “provider”，本程序却没有提供或者实施单位的岗位；请改正 [letters]"
        report.find("letter_form_receiver", ("letters", kind) if kind in p.letters else at, text)


def _has_provider(p: Procedure) -> bool:
    return any(OFFICE_ROLES.get(role) == "providing" for role in p.actor)


def _addressed(report: Report, kind: str) -> None:
    """Letters between offices do not go to the subject."""
    if kind in OFFICIAL and form_of(report.procedure, kind).to == "subject":
        text = f"“{kind}”是机关之间的文书，[letters] 却写送给当事人；请改正 to"
        report.find("letter_form_receiver", ("letters", kind), text)
