"""What was decided later about a decision: a letter that stands as issued may say what no longer holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select, union

from repairflow.casework.case_state.standing_letters import stands
from repairflow.law.letter_kinds import deciding
from repairflow.records import case_link, cases, letter, record

ENDED: Mapping[str, tuple[str, str]] = {
    "revocation": ("repair_granted", "已被撤销"),
    "annulment_decision": ("listing_decision", "已被撤销"),
    "removal_revoked": ("removal_decision", "已被撤销"),
    "removal_decision": ("listing_decision", "已移出名单"),
    "honour_exit_decision": ("honour_decision", "已退出名单"),
    "honour_revoked": ("honour_decision", "已退出名单"),
    "unmasking_decision": ("masking_decision", "已恢复公示"),
    "joint_measure_lifted": ("joint_measure_notice", "措施已解除"),
}
"""By kind of a later letter, which kind it ends and how the earlier then stands."""
_OF_THE_SAME_CASE = frozenset({"unmasking_decision", "joint_measure_lifted"})
"""Letters of the case they end, which name no document."""


_BEFORE = select(letter.c.id, letter.c.number).where(letter.c.superseded_by == bindparam("of"))


class Later(NamedTuple):
    """A decision about an earlier one: its title, number and day, and how the earlier stands since; empty where it goes on to hold."""

    title: str
    number: str
    issued_at: datetime
    ends: str


class _Of(NamedTuple):
    kind: str
    number: str
    title: str
    issued_at: datetime
    case_id: int | None
    original: str


def later_decisions(tx: Connection, letter_id: int, kind: str, number: str, case_id: int | None) -> tuple[Later, ...]:
    """Return the decisions about the one of this letter, oldest first; none of a letter that decides nothing.

    A decision that was itself undone ends nothing; one whose letter was withdrawn goes on to hold, since withdrawing moves no record.
    One issued anew is the decision of the letter in whose place it came: what was decided about that before stands for it, too.
    """
    deciding_kinds = {*deciding(), *ENDED}
    if case_id is None or kind not in deciding_kinds:
        return ()
    whose = select(cases.c.subject_id).where(cases.c.id == case_id).scalar_subquery()
    about = select(cases.c.id).where(
        cases.c.record_id.in_(select(record.c.id).where(record.c.subject_id == whose).scalar_subquery())
    )
    followed = select(case_link.c.to_id).where(case_link.c.from_id == case_id)
    first, numbers = _as_issued(tx, letter_id, number)
    columns = [letter.c[name] for name in ("kind", "number", "title", "issued_at", "case_id", "content")]
    rows = tx.execute(
        select(*columns)
        .where(
            letter.c.case_id.in_(union(about, followed, select(cases.c.id).where(cases.c.id == case_id))),
            letter.c.kind.in_(sorted(deciding_kinds)),
            letter.c.id > first,
            or_(stands(), letter.c.state == "withdrawn"),
        )
        .order_by(letter.c.id)
    )
    found = [
        _Of(r.kind, r.number, r.title, r.issued_at, r.case_id, _original(r.content.get("fields") or {})) for r in rows
    ]
    undone = {one.original for one in found if one.kind in ENDED}
    about_it = (
        one for one in found if one.original in numbers or (one.case_id == case_id and one.kind in _OF_THE_SAME_CASE)
    )
    return tuple(
        Later(
            one.title,
            one.number,
            one.issued_at,
            ENDED[one.kind][1] if _ends(one, kind) and one.number not in undone else "",
        )
        for one in about_it
    )


def _as_issued(tx: Connection, letter_id: int, number: str) -> tuple[int, frozenset[str]]:
    """Return the first letter in whose place this one came, or this one itself, and the numbers the decision has had."""
    numbers = {number}
    while (before := tx.execute(_BEFORE, {"of": letter_id}).first()) is not None:
        letter_id = before.id
        numbers.add(before.number)
    return letter_id, frozenset(numbers)


def _ends(later: _Of, kind: str) -> bool:
    return later.kind in ENDED and ENDED[later.kind][0] == kind


def _original(fields: Mapping[str, object]) -> str:
    """Return the number of the document a letter says it is about."""
    named = str(fields.get("original_document") or "")
    return str(fields.get("original_number") or "") or named.rpartition("》（")[2].removesuffix("）")
