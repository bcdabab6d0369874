"""What becomes of an entry of a favourable list (守信名单): it ends, or its stay is counted anew. No record: it is no dishonesty."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select, update

from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.outbound import pushes
from repairflow.errors import Refusal, Refused
from repairflow.records import case_link, list_entry


def leave_honour(tx: Connection, step: Transition) -> int:
    """Ensure that the entry of the listing that this case follows has ended, and platforms hear of a public one; Refused when none
    stands. Gives how many pushes wait."""
    standing, found = _standing(tx, step)
    how = "expired" if step.at.case.kind == "expiry" else "removed"
    tx.execute(update(list_entry).where(*standing).values(left_on=step.today, left_how=how, left_by=step.at.case.id))
    kind = step.at.pack.list_kind.get(found)
    return 0 if kind is None else pushes.push_honour(tx, step.at.case, (found, kind), how, step.cause)


def renew_honour(tx: Connection, step: Transition) -> int:
    """Ensure that the longest stay of that entry counts from today (考评合格); Refused when none stands. No platform hears of it:
    they were told that the subject stands on the list, and it goes on to stand there."""
    standing, _ = _standing(tx, step)
    tx.execute(update(list_entry).where(*standing).values(renewed_on=step.today))
    return 0


def _standing(tx: Connection, step: Transition) -> tuple[tuple[ColumnElement[bool], ...], str]:
    """Return the entry of the listing that this case follows, and its list."""
    before = select(case_link.c.from_id).where(case_link.c.to_id == step.at.case.id)
    standing = (
        list_entry.c.case_id.in_(before), list_entry.c.record_id.is_(None), list_entry.c.left_on.is_(None),
    )  # fmt: skip
    found = tx.execute(select(list_entry.c.list_kind).where(*standing)).scalar()
    if found is None:
        raise Refused([Refusal("not_listed", "该单位已经不在这个守信名单上")])
    return standing, str(found)
