"""Decisions and notices that may be taken back while their letter has not been served (撤回未送达的决定). Pure.

A letter that is served binds from then on. Until then whoever decided may take it back, as long as the step did nothing besides: what
it changed of a record, told to platforms or the public, or set running is put right by a case, never as if it had not been.
"""

from __future__ import annotations

from repairflow.law.letter_kinds import must_be_served
from repairflow.law.procedure.model import Procedure


def issues_to_be_served(procedure: Procedure, action: str) -> bool:
    """Tell whether a step leads a case on and issues a letter that is served: what may be asked to be taken back."""
    step = procedure.action.get(action)
    if step is None or step.letter is None or step.to is None or step.to in step.from_:
        return False
    return must_be_served(procedure, step.letter)


def lasting(procedure: Procedure, action: str, before: str) -> list[str]:
    """Return why a step that led from the state `before` cannot be taken back, served or not; nothing where it can."""
    step = procedure.action[action]
    after = str(step.to)
    started = [
        clock.label
        for clock in procedure.clock.values()
        if after in clock.runs_in and before not in (*clock.runs_in, *clock.pauses_in) and clock.starts != "served"
    ]
    changed = (
        "它已经使信用信息、名单或者措施发生变化并告知有关平台，应当办理改变它的办件（信息更正、撤销信用修复、复核等）"
    )
    found = (
        (changed, bool(step.effects)),
        ("由它产生的办件已经开始办理", step.opens is not None),
        ("它延长了期限", step.extends is not None),
        ("当事人由此才看到办件", procedure.state[before].internal and not procedure.state[after].internal),
        (f"{'、'.join(started)}已经由此起算", bool(started)),
    )  # fmt: skip
    return [text for text, so in found if so]
