"""Files that a subject's side brought in the subject's own cases (证明材料库): the one rule of what may be used again."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Connection, Select, and_, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.records import cases, material, person

Query = TypeVar("Query", bound=Select[tuple[object, ...]])


def narrowed(query: Query, actor: Actor, subject_id: int) -> Query:
    """Return the query, of materials and joined here with their cases, left with what was brought: no officer's paper, nothing of a
    case about the subject that the actor may not see."""
    joined = query.join(cases, cases.c.id == material.c.case_id).join(
        person, and_(person.c.id == material.c.uploaded_by, person.c.kind == "agent")
    )
    return joined.where(cases.c.subject_id == subject_id, case_scope(actor))


def was_brought(tx: Connection, actor: Actor, subject_id: int, token: str) -> bool:
    """Tell whether the actor may use this file again for the subject."""
    found = narrowed(select(material.c.id).where(material.c.token == token), actor, subject_id).limit(1)
    return subject_id in actor.subjects and tx.execute(found).first() is not None
