"""Files that a subject's side brought in the subject's own cases (证明材料库): the one rule of what may be used again."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Select, and_, select

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.records import cases, mandate, material, person
from repairflow.records.rows import first_row

MANDATE = "mandate"
"""The kind of material that an agent is authorised by (授权委托书), in every procedure."""
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


class Brought(NamedTuple):
    """A file that was brought before."""

    token: str
    file_name: str


def mandate_paper(tx: Connection, actor: Actor, subject_id: int) -> Brought | None:
    """Return the newest 授权委托书 that the actor itself brought in the subject's cases since its mandate was registered; None for
    whoever is no agent of it or has brought none: then it has to come with the filing."""
    if not actor.is_agent_of(subject_id):
        return None
    since = tx.execute(
        select(mandate.c.valid_from).where(mandate.c.person_id == actor.id, mandate.c.subject_id == subject_id)
    ).scalar()
    if since is None:
        return None
    query = narrowed(select(material.c.token, material.c.file_name).select_from(material), actor, subject_id).where(
        material.c.kind == MANDATE,
        material.c.uploaded_by == actor.id,
        material.c.uploaded_at >= times.at(since, time.min),
    )
    return first_row(tx.execute(query.order_by(material.c.id.desc()).limit(1)), Brought)
