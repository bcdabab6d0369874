"""Who sees to a case, as its page shows it: each post's part, and what the visitor may do about it (认领、分办、移交)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from repairflow.casework.cases import absences, assignment
from repairflow.casework.cases.four_eyes import Bars
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note
from repairflow.casework.queries.cases import workload
from repairflow.casework.queries.cases.view import CaseView
from repairflow.casework.queries.cases.workload import Assignee
from repairflow.casework.queries.people.introduction import ROLE_LABELS
from repairflow.law.guards import day_text
from repairflow.law.procedure.roles import OWN_POSTS
from repairflow.web.core.context import RequestContext

PLACES = {"receiving_id": "受理单位", "deciding_id": "决定单位", "provider_id": "信息提供单位"}
"""Which of a case's offices a post is of, in words."""


@dataclass(frozen=True, slots=True)
class Part:
    """One post's part of a case. `now`: it is this post's turn; `claim`: the visitor may take it on; `mine`: it has it;
    `people`: logins and names of whom it may give it to, none where it may not; who is away (请假), or took a step
    that this one must be distinct from, is said to be."""

    role: str
    label: str
    holder: Assignee | None
    way: str
    now: bool
    claim: bool
    mine: bool
    people: tuple[tuple[str, str], ...]
    away: str  # that the holder is away, and how long; empty where it is not


def label_of(role: str) -> str:
    """Return what a post is called."""
    return OWN_POSTS.get(role) or ROLE_LABELS.get(role, role)


def told_apart(role: str) -> str:
    """Return what a post is called where others stand beside it: two of one name by the office each belongs to."""
    label = label_of(role)
    alike = [one for one in OFFICE_OF_ROLE if label_of(one) == label]
    return f"{label}（{PLACES[OFFICE_OF_ROLE[role]]}）" if role in OFFICE_OF_ROLE and len(alike) > 1 else label


def labels_of(roles: Iterable[str]) -> str:
    """Return what several posts are called; two that are called the same, once."""
    return "、".join(dict.fromkeys(label_of(role) for role in roles))


def parts(tx: Connection, here: RequestContext, view: CaseView) -> tuple[Part, ...]:
    """Return the parts of a case that somebody sees to or that wait; none for who does not see inside it."""
    actor, case, law = here.actor, view.case, here.law
    if not may_note(actor, case):
        return ()
    held = {one.role: one for one in workload.assignees(tx, case)}
    waiting = assignment.parts(law, case)
    own = assignment.own_parts(law, actor, case)
    found = []
    for role in sorted({*held, *waiting}):
        holder, place = held.get(role), getattr(case, OFFICE_OF_ROLE[role])
        mine = holder is not None and holder.person_id == actor.id
        gives = role in waiting and (assignment.leads(actor, place) or mine or (holder is None and role in own))
        people = assignment.holders(tx, role, place) if gives else ()
        ids = [one.id for one in people] + ([holder.person_id] if holder is not None else [])
        gone = {key: f"请假至{day_text(until)}" for key, until in absences.away(tx, ids, here.today).items()}
        bars = Bars(tx, law, case, role)
        unfit = {one.id: "须由另一人办理" for one in people if bars.hold(one.id)} | gone
        found.append(
            Part(
                role, label_of(role), holder, assignment.WAYS[holder.way] if holder else "", role in waiting,
                holder is None and role in own and not (actor.id is not None and bars.hold(actor.id)), mine,
                tuple(
                    (one.login, f"{one.name}（{unfit[one.id]}）" if one.id in unfit else one.name)
                    for one in people
                    if holder is None or one.id != holder.person_id
                ),
                gone.get(holder.person_id, "") if holder is not None else "",
            )
        )  # fmt: skip
    return tuple(found)
