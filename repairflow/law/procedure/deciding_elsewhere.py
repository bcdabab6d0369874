"""Where the office that provided the information decides (深圳五十一、上海三十六): its answer is the decision and has a letter of its own,
and the steps by which the deciding office ended the case become passing on and carrying out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.opens import DecidedBy
from repairflow.law.procedure.roles import OFFICE_ROLES, outcome_side

FINDING = "finding"
DECISIONS = "provider_decisions"
"""The list of a rule pack that says what such an office may decide, in the words of its letter."""
DECISION, NOTICE = "provider_decision", "objection_passed_on"
"""The letter of the office that decides, and the notice by which the centre passes the result on."""
PASSED_ON = "passed_on"
"""Why nothing is open against the notice: an item of the list `no_remedy`."""
PARTLY = "partly"
REMEDIES = ("reconsideration", "litigation")
FORMS: Mapping[str, Mapping[str, object]] = {
    DECISION: {"by": "provider", "copies": ("deciding",), "seal": "office", "served": True},
    NOTICE: {"copies": ("provider",), "seal": "objection"},
}


def answer_of(procedure: Procedure) -> str | None:
    """Return the step by which the providing office says what it found; None where there is none."""
    found = (
        name for name, action in procedure.action.items()
        if FINDING in action.inputs and any(OFFICE_ROLES.get(role) == "providing" for role in action.by)
    )  # fmt: skip
    return next(found, None)


def carried_out(procedure: Procedure, answer: str) -> Iterator[tuple[str, str]]:
    """Yield the steps that carry an answer out, each with the finding it waits for."""
    for name, action in procedure.action.items():
        for use in action.guards:
            if use.guard == "input_was" and use.parameters.get("action") == answer:
                yield name, str(use.parameters["value"])


def favours(procedure: Procedure, answer: str, finding: str) -> bool:
    """Tell whether a finding gives the applicant all that was asked for: every step that carries it out ends so."""
    ends = [procedure.action[name].to for name, value in carried_out(procedure, answer) if value == finding]
    return bool(ends) and all(outcome_side(procedure.state[to].outcome) == "for" for to in ends if to is not None)


def rewritten(data: dict[str, Any], base: Procedure, by: DecidedBy) -> None:
    """Ensure that the answer of the base is a decision with its letter and remedies, and what carries it out passes it on."""
    answer = answer_of(base)
    assert answer is not None, "told by the checks of an overlay"
    decision = data["action"][answer]
    asked = {**decision["inputs"][FINDING], "label": "处理决定", "choices": DECISIONS}
    decision |= {
        "label": "作出处理决定", "inputs": {**decision["inputs"], FINDING: asked},
        "letter": DECISION, "remedy": REMEDIES, "distinct_from": ("consult",),
        "basis": tuple(dict.fromkeys((*by.basis, *decision["basis"]))),
    }  # fmt: skip
    for name, _ in carried_out(base, answer):
        step = data["action"][name]
        outcome = base.state[step["to"]].outcome
        step |= {"letter": NOTICE, "remedy": (), "no_remedy": None if outcome_side(outcome) == "for" else PASSED_ON}
        if outcome == PARTLY:
            step["guards"] = tuple(_about_part(use) for use in step["guards"])
    data["letters"] |= {kind: dict(form) for kind, form in FORMS.items()}
    data["decided_by"] = by.model_dump()


def _about_part(use: Mapping[str, Any]) -> dict[str, Any]:
    if use["guard"] != "input_was":
        return dict(use)
    return {**use, "parameters": {**use.get("parameters", {}), "value": PARTLY}}


def as_taken_by(action: Action, role: str) -> Action:
    """Return the action as this role takes it: who only enters what another office decided on paper says which paper, issues no letter and
    decides nothing; who decides is not asked for a paper."""
    if role not in action.enters:
        kept = {name: item for name, item in action.inputs.items() if not item.entered}
        return action if len(kept) == len(action.inputs) else action.model_copy(update={"inputs": kept})
    return action.model_copy(update={"letter": None, "remedy": (), "no_remedy": None, "distinct_from": ()})
