"""Whether a step decides against its subject: by what it changes in the case at hand, not by how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.credit_records.record_correction import corrected
from repairflow.casework.documents import own_list_kinds
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import RANKS
from repairflow.law.remedies_of_acts import REFUSES_LIST, burdening, may_burden
from repairflow.records.rows import RecordRow

LATER = ("min_until", "apply_from", "max_until")
"""Days of a record that weigh on its subject the later they are."""


def as_taken(tx: Connection, law: Library, at: Situation, action: Action, inputs: Mapping[str, Any]) -> Action:
    """The action as it stands to the subject with these inputs: `burdening` where the correction makes the record heavier, or where
    a favourable list is refused (`by_list`), else the action itself. A correction that does not fit is none; what is wrong with it
    is told where it is carried out."""
    given = inputs.get("corrections")
    if at.record is None or not given or not may_burden(action):
        return by_list(at, action)
    right = corrected(tx, law, at.record, given, at.pack, at.today)
    return burdening(action) if heavier(at.record, right.values) else action


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
