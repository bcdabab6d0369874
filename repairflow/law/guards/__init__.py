"""Named guards: every condition a procedure file may put on an action, as a pure function of the facts.

A guard answers; it never raises and never looks anything up. One whose meaning changes gets a new name, because
running cases are pinned to files that use the old one.
"""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.guards import common, designation, lists_and_interviews, measures, review, supplement
from repairflow.law.guards.facts import (
    PUBLIC_STATES,
    Answer,
    Done,
    Facts,
    FiledDocument,
    Guard,
    Linked,
    NotStoredError,
    RecordFacts,
    day_text,
)
from repairflow.law.guards.material_conditions import PREDICATES, required_materials
from repairflow.law.procedure.model import GuardUse

__all__ = [
    "GUARDS", "PREDICATES", "PUBLIC_STATES", "Answer", "Done", "Facts", "FiledDocument", "Guard", "Linked", "NotStoredError",
    "RecordFacts", "answer", "answer_all", "day_text", "required_materials",
]  # fmt: skip

GUARDS: Mapping[str, Guard] = {
    **common.GUARDS, **supplement.GUARDS, **lists_and_interviews.GUARDS, **designation.GUARDS, **measures.GUARDS, **review.GUARDS,
}  # fmt: skip


def answer(use: GuardUse, facts: Facts) -> Answer:
    """Ask one guard; KeyError for an unknown name (checks refuses such files before use)."""
    found = GUARDS[use.guard]
    ok, text = found.rule(facts, use.parameters)
    return Answer(found.name, found.label, ok, text)


def answer_all(uses: tuple[GuardUse, ...], facts: Facts) -> tuple[Answer, ...]:
    """Ask all guards, so that refusals come together."""
    return tuple(answer(use, facts) for use in uses)
