"""Whether a step decides against its subject: by what it changes in the case at hand, not by how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.credit_records.record_correction import corrected
from repairflow.casework.documents import own_list_kinds
from repairflow.casework.documents.announced import TOLD
from repairflow.errors import Refusal
from repairflow.law.procedure.deciding_elsewhere import DECISION, NOTICE, answer_of, favours
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import RANKS
from repairflow.law.remedies_of_acts import CORRECTS, DECIDERS, REFUSES_LIST, burdening, may_burden
from repairflow.records.rows import RecordRow

LATER = ("min_until", "apply_from", "max_until")
"""Days of a record that weigh on its subject the later they are."""
GREATER = ("fine_wan", "confiscated_wan")
"""Amounts of a record that weigh on its subject the greater they are."""
SO = "这样更正以后失信程度加重、金额或者处罚类别增加，或者开始公示、公示更久"


def as_taken(tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]) -> Action:
    """Return the action as it stands to the subject with these inputs: `burdening` where the correction makes the record heavier, or where
    a favourable list is refused (`by_list`), else the action itself. A correction that does not fit is none; what is wrong with it
    is told where it is carried out."""
    if action.letter == DECISION and (answer := answer_of(at.procedure)) is not None:
        won = favours(at.procedure, answer, str(inputs.get("finding")))
        return action.model_copy(update={"remedy": ()}) if won else action
    if at.record is None or not inputs.get("corrections") or not may_burden(action) or action.letter == NOTICE:
        return by_list(at, action)
    return burdening(action) if _made_heavier(tx, law, at, inputs) else action


def _made_heavier(tx: Connection, law: Library, at: Situation, inputs: Mapping[str, Any]) -> bool:
    """Tell whether the corrections among these inputs make the record of the case heavier; not where it has none, or none is given."""
    given = inputs.get("corrections")
    if at.record is None or not given:
        return False
    return heavier(at.record, corrected(tx, law, at.record, given, at.pack, at.today).values)


def given_in(inputs: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the corrections among the inputs of a step."""
    return {name: str(value) for name, value in (inputs.get("corrections") or {}).items()}


def proposed(at: Situation) -> Mapping[str, str]:
    """Return what the form of a correction begins with: what the subject was told of, else what opened the case."""
    return told_before(at) or given_in(at.case.inputs)


def told_before(at: Situation) -> Mapping[str, str]:
    """Return the corrections that the notice of hearing of this case told its subject; empty where there was none."""
    for step in reversed(at.history):
        action = at.procedure.action.get(step.action)
        if action is not None and action.letter == TOLD and step.inputs.get("corrections"):
            return given_in(step.inputs)
    return {}


def refusals(tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]) -> list[Refusal]:
    """Return why a correction may not be carried out, or announced, by this step: what makes the record heavier is decided by a deciding
    post of the office that decided, in a case where the subject was told of it before and could speak (行政处罚法 44, 45 by analogy: an
    office's own rule), and no heavier than told; what does not needs no such notice."""
    heavy = CORRECTS in action.effects and _made_heavier(tx, law, at, inputs)
    if action.letter == TOLD and inputs.get("corrections") and not _made_heavier(tx, law, at, inputs):
        text = "所填的更正没有加重当事人，不需要先告知并听取意见；请直接提出更正意见"
        return [Refusal("burden_none", text)]
    if not heavy:
        return []
    if action.letter == NOTICE:
        text = (
            f"{SO}，信息提供单位的处理决定没有告知当事人；请只更正异议所涉的内容，"
            "加重的部分由作出决定的单位以“信息更正”办理"
        )
        return [Refusal("graver_than_decided", text)]
    if not DECIDERS.issuperset(action.by):
        text = (
            f"{SO}，是对当事人不利的决定，须经另一人核查后由批准人作出；"
            "请转信息提供单位核查，或者由作出决定的单位以“信息更正”办理"
        )
        return [Refusal("burden_post", text)]
    return _unheard(tx, law, at, inputs)


def _unheard(tx: Connection, law: Library, at: Situation, inputs: Mapping[str, Any]) -> list[Refusal]:
    """Return why a heavier correction may not be decided yet: nobody told the subject of it, or of less than this."""
    hears = any(one.letter == TOLD and "corrections" in one.inputs for one in at.procedure.action.values())
    if not hears:
        text = (
            f"{SO}，须先告知当事人并听取意见，本程序没有这一步；请只作不加重的更正，"
            "加重的部分由作出决定的单位以“信息更正”办理"
        )
        return [Refusal("burden_unheard", text)]
    told = told_before(at)
    if not told:
        text = f"{SO}，须先告知当事人并听取意见；请退回承办人员，由其制发听取意见告知书"
        return [Refusal("burden_unheard", text)]
    assert at.record is not None
    before, now = (
        corrected(tx, law, at.record, given, at.pack, at.today).values for given in (told, inputs["corrections"])
    )
    columns: dict[str, Any] = {name: value for name, value in before.items() if name in at.record._fields}
    if heavier(at.record._replace(**columns), now):
        text = "这样更正比告知当事人的更重；只能照告知的内容或者更轻的更正（不得因陈述、申辩而加重）"
        return [Refusal("graver_than_told", text)]
    return []


def by_list(at: Situation, action: Action) -> Action:
    """Return the action as it stands to the subject before anything is filled in: who is refused a favourable list (守信激励名单) is
    refused what it gives, who is not put on another has nothing to contest."""
    kind = at.pack.list_kind.get(own_list_kinds.code_of(at)) if action.letter == REFUSES_LIST else None
    return burdening(action) if kind is not None and kind.favourable else action


def heavier(row: RecordRow, values: Mapping[str, object]) -> bool:
    """Tell whether a record with these columns set anew is of a graver class, of a greater amount or of more kinds of penalty, begins to be
    public, or stays longer than it did."""
    severity = values.get("severity", row.severity)
    if RANKS.index(row.severity) < next(rank for rank, one in enumerate(RANKS) if one == severity):
        return True
    kinds = values.get("penalty_kinds", ())
    if isinstance(kinds, list | tuple) and set(kinds) - set(row.penalty_kinds):
        return True
    begins = row.publish_from is None and values.get("publish_from") is not None
    more = any(_greater(getattr(row, name), values.get(name)) for name in GREATER)
    return begins or more or any(_later(getattr(row, name), values.get(name)) for name in LATER)


def _greater(before: Decimal | None, after: object) -> bool:
    return isinstance(after, Decimal) and after > (before or 0)


def _later(before: date | None, after: object) -> bool:
    return isinstance(after, date) and (before is None or after > before)
