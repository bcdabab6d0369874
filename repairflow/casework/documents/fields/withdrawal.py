"""What a letter says of a published penalty that this step withdraws (行政处罚法 48): how the decision was changed, from which day, why."""

from __future__ import annotations

from repairflow.casework.case_state.withdrawal_statements import LABELS, STANDS, told
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.law.procedure.library import Library

BASES = ("chufa.a48",)


def withdraws(of: LetterStep) -> bool:
    """Tell whether the step states publicly why it withdraws a penalty: its form asks for that reason of published penalties alone."""
    explained = of.change is not None and bool(str(of.inputs.get("public_reason") or "").strip())
    return explained and told(of.action.effects, of.inputs) != STANDS


def fields(of: LetterStep) -> dict[str, object]:
    """Return how the penalty decision was changed, beside the day and the reason that the forms gave; nothing of them in other letters."""
    if of.change is None or not withdraws(of):
        return dict.fromkeys(("penalty_change", "effective_on", "public_reason"), "")
    what = told(of.action.effects, of.inputs)
    return {"penalty_change": LABELS[what]} if what is not None else {}


def bases(law: Library, of: LetterStep) -> tuple[str, ...]:
    """Return the article by which it is withdrawn and explained."""
    return law.cites(BASES, of.at.procedure, of.at.pack) if withdraws(of) else ()
