"""Whether a step decides against its subject: by what it changes in the case at hand, not by how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.credit_records.record_correction import corrected
from repairflow.casework.documents import own_list_kinds
from repairflow.errors import Refusal
from repairflow.law.procedure.deciding_elsewhere import DECISION, NOTICE, answer_of, favours
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import RANKS
from repairflow.law.remedies_of_acts import CORRECTS, DECIDERS, REFUSES_LIST, burdening, may_burden
from repairflow.records.rows import RecordRow

LATER = ("min_until", "apply_from", "max_until")
"""Days of a record that weigh on its subject the later they are."""


def as_taken(tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]) -> Action:
    """The action as it stands to the subject with these inputs: `burdening` where the correction makes the record heavier, or where
    a favourable list is refused (`by_list`), else the action itself. A correction that does not fit is none; what is wrong with it
    is told where it is carried out."""
    if action.letter == DECISION and (answer := answer_of(at.procedure)) is not None:
        won = favours(at.procedure, answer, str(inputs.get("finding")))
        return action.model_copy(update={"remedy": ()}) if won else action
    if at.record is None or not inputs.get("corrections") or not may_burden(action) or action.letter == NOTICE:
        return by_list(at, action)
    return burdening(action) if _made_heavier(tx, law, at, inputs) else action


def _made_heavier(tx: Connection, law: Library, at: Situation, inputs: Mapping[str, Any]) -> bool:
    """Whether the corrections among these inputs make the record of the case heavier; not where it has none, or none is given."""
    given = inputs.get("corrections")
    if at.record is None or not given:
        return False
    return heavier(at.record, corrected(tx, law, at.record, given, at.pack, at.today).values)


def not_passed_on(
    tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]
) -> list[Refusal]:
    """Why a correction cannot be carried out as another office's decision: it makes the record heavier, and that office's letter
    told its subject of no remedy against that."""
    if action.letter != NOTICE or not _made_heavier(tx, law, at, inputs):
        return []
    text = (
        "这样更正以后失信程度加重，或者开始公示、公示更久，信息提供单位的处理决定没有告知当事人；"
        "请只更正异议所涉的内容，加重的部分由作出决定的单位以“信息更正”办理"
    )
    return [Refusal("graver_than_decided", text)]


def not_of_this_post(
    tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]
) -> list[Refusal]:
    """Why a correction may not be carried out by this step: it makes the record heavier, and no deciding post takes the step."""
    if CORRECTS not in action.effects or DECIDERS.issuperset(action.by) or not _made_heavier(tx, law, at, inputs):
        return []
    text = (
        "这样更正以后失信程度加重，或者开始公示、公示更久，是对当事人不利的决定，须经另一人核查后由批准人作出；"
        "请转信息提供单位核查，或者由作出决定的单位以“信息更正”办理"
    )
    return [Refusal("burden_post", text)]


def by_list(at: Situation, action: Action) -> Action:
    """The action as it stands to the subject before anything is filled in: who is refused a favourable list (守信激励名单) is refused
    what it gives, who is not put on another has nothing to contest."""
    kind = at.pack.list_kind.get(own_list_kinds.code_of(at)) if action.letter == REFUSES_LIST else None
    return burdening(action) if kind is not None and kind.favourable else action


def heavier(row: RecordRow, values: Mapping[str, object]) -> bool:
    """Whether a record with these columns set anew is of a graver class, begins to be public, or stays longer than it did."""
    severity = values.get("severity", row.severity)
    if RANKS.index(row.severity) < next(rank for rank, one in enumerate(RANKS) if one == severity):
        return True
    begins = row.publish_from is None and values.get("publish_from") is not None
    return begins or any(_later(getattr(row, name), values.get(name)) for name in LATER)


def _later(before: date | None, after: object) -> bool:
    return isinstance(after, date) and (before is None or after > before)
