"""Which cases wait for an actor (我的待办)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records import cases


def my_turn(law: Library, actor: Actor) -> ColumnElement[bool]:
    """Return the cases in whose state the actor holds an awaited role: what is in the queue (我的待办)."""
    posts = [(role, OFFICE_OF_ROLE[role], office) for role, office in actor.roles if role in OFFICE_OF_ROLE]
    states: dict[frozenset[tuple[str, int]], list[str]] = {}
    for (roles, waits), awaiting in law.turns.items():
        concerned = {(column, office) for role, column, office in posts if role in roles}
        if waits and roles & SUBJECT_ROLES:
            concerned |= {("subject_id", subject) for subject in actor.subjects}
        if concerned:
            states.setdefault(frozenset(concerned), []).extend(" ".join(state) for state in awaiting)
    turns = [and_(_concerns(those), _WHERE_IT_STANDS.in_(found)) for those, found in states.items()]
    return and_(cases.c.closed_at.is_(None), or_(*turns)) if turns else false()


def of_subject(law: Library, actor: Actor, subject_id: int, *, waits: bool) -> ColumnElement[bool]:
    """Return the cases of one subject in which it is the actor's turn, or those in which it is not."""
    turn = my_turn(law, actor)
    return and_(cases.c.subject_id == subject_id, turn if waits else ~turn)


_WHERE_IT_STANDS = cases.c.procedure + " " + cases.c.procedure_version + " " + cases.c.state
"""One text: a list of hundreds of them is quick to look through, hundreds of conditions are dear to compose and to answer."""


def _concerns(those: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """Return the cases with one of these keys: of an office or of a subject, each with the name of its column."""
    keys: dict[str, list[int]] = {}
    for column, key in sorted(those):
        keys.setdefault(column, []).append(key)
    return or_(*(cases.c[column].in_(found) for column, found in keys.items()))
