"""Files as people may see them: an uploaded material, a letter. Absent and foreign give the same answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, or_, select

from repairflow.casework.access import case_scope, record_scope
from repairflow.casework.actor import Actor
from repairflow.errors import NotFound
from repairflow.records import cases, letter, material, record


def material_for(tx: Connection, actor: Actor, token: str) -> Any:
    """The row of a material the actor may see: of a case it may see, or its own upload. Raises NotFound."""
    row = tx.execute(
        select(material)
        .outerjoin(cases, cases.c.id == material.c.case_id)
        .where(
            material.c.token == token,
            or_(material.c.uploaded_by == actor.id, and_(cases.c.id.is_not(None), case_scope(actor))),
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def letter_for(tx: Connection, actor: Actor, token: str) -> Any:
    """The row of a letter of a case or a record the actor may see. Raises NotFound."""
    row = tx.execute(
        select(letter)
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .outerjoin(record, record.c.id == letter.c.record_id)
        .where(
            letter.c.token == token,
            or_(
                and_(cases.c.id.is_not(None), case_scope(actor)),
                and_(letter.c.case_id.is_(None), record.c.id.is_not(None), record_scope(actor)),
            ),
        )
    ).first()
    if row is None:
        raise NotFound
    return row
