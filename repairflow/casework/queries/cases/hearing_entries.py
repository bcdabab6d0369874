"""What was recorded of the hearings of a case, entry by entry: a correction leaves the entry before it to be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.cases.hearing_result import CAME, OUTCOME
from repairflow.casework.event_names import EventName
from repairflow.records import event

ENTRIES = (EventName.RECORD_HEARING, EventName.CORRECT_HEARING)


class Entry(NamedTuple):
    """One entry that a later one replaced: by whom, what it said, and why the later one was made."""

    at: datetime
    by: str
    came: str
    attended: str
    said: str
    outcome: str
    why: str  # of the correction


def replaced(tx: Connection, case_id: int) -> Mapping[datetime, list[Entry]]:
    """Return the entries that were replaced, by the moment at which their hearing began, oldest first."""
    of_case = event.c.case_id == case_id, event.c.action.in_(ENTRIES)
    rows = list(tx.execute(select(event).where(*of_case).order_by(event.c.seq)))
    by_hour: dict[datetime, list[Entry]] = defaultdict(list)
    for row in rows:
        content, own = chain.content(row.body), chain.personal(tx, row.id)
        first = row.action == EventName.RECORD_HEARING
        held = by_hour[datetime.fromisoformat(content["starts_at"])]
        if held:
            held[-1] = held[-1]._replace(why=row.reason or "")
        outcome = (row.reason or "") if first else own.get(OUTCOME, "")
        came = CAME.get(str(content["came"]), "")
        held.append(Entry(row.at, row.actor_name, came, own.get("attended", ""), own.get("said", ""), outcome, ""))
    return {hour: entries[:-1] for hour, entries in by_hour.items()}
