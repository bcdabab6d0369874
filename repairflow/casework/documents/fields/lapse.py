"""What a letter may say of letting the limit it sets run out (逾期终止办理): only what an article or the office's own rule says."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields import promised
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action


def bases(tx: Connection, law: Library, at: Situation, action: Action) -> list[str]:
    """Return the articles somebody has read, and the office's own document, that carry what the limit set by this step leads to;
    empty where the step sets none, its length is not told, or nothing carries it: then the letter says nothing of it."""
    procedure, here = at.procedure, action.to or at.case.state
    for limit, clock in procedure.clock.items():
        name = clock.overdue
        follows = procedure.action.get(name)
        if here in clock.runs_in and follows is not None and promised.told(tx, at, limit):
            document = own_rules.document_of(tx, at, name)
            return [*law.cites(follows.basis, procedure, at.pack), *([document] if document is not None else [])]
    return []
