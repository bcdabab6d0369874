"""Phrases for reasons that an officer keeps (我的常用语), for that person alone: offered beside the shipped, never sent by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from repairflow.casework import new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.admin.form_errors import Faults
from repairflow.casework.changes import DropPhrase, SavePhrase
from repairflow.errors import Invalid, NotFound, Problem, Unauthenticated
from repairflow.records import own_phrase

LONGEST = 200
MOST = 30
"""Phrases of one person: more are no help in finding one."""


class OwnPhrase(NamedTuple):
    """A phrase and the id by which it is given up."""

    id: int
    text: str


def of(tx: Connection, actor: Actor) -> tuple[OwnPhrase, ...]:
    """Return the phrases of a person, in the order they were kept."""
    rows = select(own_phrase.c.id, own_phrase.c.text).where(own_phrase.c.person_id == actor.id)
    return tuple(OwnPhrase(*row) for row in tx.execute(rows.order_by(own_phrase.c.id)))


def save(tx: Connection, given: SavePhrase, now: datetime) -> bool:
    """Ensure that the phrase is kept; False where it was before. Invalid naming what does not fit."""
    if given.actor.id is None:
        raise Unauthenticated
    faults = Faults({"text": "常用语"})
    text = faults.text("text", given.text, LONGEST)
    faults.stop("没有保存，请按提示修改。")
    own = own_phrase.c.person_id == given.actor.id
    if tx.execute(select(func.count()).select_from(own_phrase).where(own)).scalar_one() >= MOST:
        raise Invalid("没有保存。", [Problem("text", f"最多保存 {MOST} 条常用语，请先删除不用的")])
    return new_rows.enter(tx, own_phrase, {"person_id": given.actor.id, "text": text, "saved_at": now}) is not None


def drop(tx: Connection, given: DropPhrase) -> bool:
    """Ensure that the phrase is gone. NotFound for one that is not the person's own."""
    own = own_phrase.c.person_id == given.actor.id
    if not tx.execute(delete(own_phrase).where(own, own_phrase.c.id == given.phrase_id)).rowcount:
        raise NotFound("没有找到这条常用语，可能已经删除。")
    return True
