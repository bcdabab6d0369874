"""What a decision of the office that provided the information rests on (上海三十六、深圳五十一), and what its notice does.

An ordinance lets that office correct, annul or maintain; 无法核实、附注 is no result of it, so that office confirms it as its own rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_rules
from repairflow.errors import Refusal
from repairflow.law.procedure.deciding_elsewhere import DECISION, FINDING, answer_of, carried_out
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action

FORWARDED_BY = "consultation"
"""The letter by which the centre forwards the matter to that office."""


def own_result(at: Situation, action: Action, inputs: Mapping[str, object]) -> str | None:
    """Return the step that carries out what the letter of `action` decides, where nobody has read an article for that result; None else."""
    answer = answer_of(at.procedure)
    if action.letter != DECISION or answer is None:
        return None
    steps = [name for name, finding in carried_out(at.procedure, answer) if finding == inputs.get(FINDING)]
    return next((name for name in steps if own_rules.unread(at.procedure, at.procedure.action[name], at.pack)), None)


def document(tx: Connection, at: Situation, result: str) -> str | None:
    """Return the document by which the providing office confirmed this result as its own rule; None where it has not."""
    return own_rules.document_by(tx, at, result, at.case.provider_id)


def unconfirmed(tx: Connection, at: Situation, action: Action, inputs: Mapping[str, object]) -> list[Refusal]:
    """Return why that office may not decide so yet: no article gives the result, and it has not confirmed it as its own rule."""
    result = own_result(at, action, inputs)
    if result is None or document(tx, at, result) is not None:
        return []
    label = at.procedure.action[result].label
    text = (
        f"“{label}”所依据的条文没有核对过原文，作出决定的单位也没有确认为本单位规则，不能据此制发文书；"
        "请选择其他处理决定，或者请作出决定的单位的法制审核人员在“本单位规则”页面确认"
    )
    return [Refusal("rule_unconfirmed", text)]


def forwarding(law: Library, at: Situation) -> list[str]:
    """Return the articles by which the centre forwarded the matter: what its notice of the result rests on."""
    sent = (one for one in at.procedure.action.values() if one.letter == FORWARDED_BY)
    return [cite for one in sent for cite in law.cites(one.basis, at.procedure, at.pack)]
