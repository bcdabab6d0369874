"""Which inputs a guard may demand although no form asks for them always: a form says so beside them instead of 选填, or asks only then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from repairflow.law.guards.facts import Answer
from repairflow.law.procedure.model import Action, GuardUse, Input, Procedure

DEMANDED: Mapping[str, tuple[str, ...]] = {
    "basis_document_stated": ("basis_number", "basis_office", "basis_date"),
    "change_of_penalty_dated": ("effective_on",),
    "commitment_signed": ("commitment_signed_by",),
    "deficient_is_dated": ("gaps", "promised_day"),
    "materials_promised": ("commitment_signed_by",),
    "measure_is_recommended": ("measure",),
    "measure_names_its_law": ("measure_law",),
    "measure_term_lawful": ("measure", "imposed_on", "term_end"),
    "list_kind_known": ("list_kind",),
    "meeting_time_reached": ("meeting_at",),
    "not_decided_before": ("new_facts",),
    "notice_lead_time": ("meeting_at",),
    "rescheduled_within": ("meeting_at",),
    "spot_checked": ("check_method", "checked_on"),
    "two_interviewers": (),
    "window_long_enough": ("window_days",),
    "withdrawal_explained": ("public_reason",),
}
"""By guard; what its parameter `input` names comes to these for a guard of `NAMED`."""
NAMED = frozenset({"two_interviewers"})
ONLY_THEN: Mapping[str, tuple[str, ...]] = {"withdrawal_explained": ("names_confirmed",)}
"""Guards whose demanded inputs are asked for in no other case: it would refuse them. And what is asked beside them."""


def demanded_by(uses: tuple[GuardUse, ...]) -> frozenset[str]:
    """Return the names of inputs without which one of these guards may refuse."""
    found = {name for use in uses for name in DEMANDED.get(use.guard, ())}
    return frozenset(found | {str(use.parameters.get("input")) for use in uses if use.guard in NAMED})


def sometimes_demanded(procedure: Procedure, action: Action | None = None) -> frozenset[str]:
    """Return the inputs of a step, or of the filing, that need not be given but are demanded in some cases.

    What a filing leaves out may be demanded by a step of its case too.
    """
    if action is not None:
        return demanded_by(action.guards) & _free(action)
    later = tuple(use for step in procedure.action.values() for use in step.guards)
    return demanded_by((*procedure.filing_guards, *later)) & frozenset(
        name for name, spec in procedure.inputs.items() if not spec.required
    )


def as_demanded(asked: Mapping[str, Input], answers: Iterable[Answer]) -> Mapping[str, Input]:
    """Return the form as it stands today: what a guard of `ONLY_THEN` demands is required, what it would refuse is not asked."""
    form = dict(asked)
    for answer in answers:
        if answer.guard not in ONLY_THEN:
            continue
        demanded = DEMANDED[answer.guard]
        if answer.ok:
            for name in (*demanded, *ONLY_THEN[answer.guard]):
                form.pop(name, None)
        else:
            form |= {name: form[name].model_copy(update={"required": True}) for name in demanded if name in form}
    return form


def _free(action: Action) -> frozenset[str]:
    return frozenset(name for name, spec in action.inputs.items() if not spec.required)
