"""Views of the queue that an officer keeps (常用视图): its filter, order and columns under a name, for that person alone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from repairflow.casework import new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.admin.form_errors import Faults
from repairflow.casework.changes import DropView, SaveView
from repairflow.errors import Invalid, NotFound, Problem, Unauthenticated
from repairflow.records import saved_view

LONGEST_NAME = 20
LONGEST_QUERY = 500
MOST = 20
"""Views of one person: more are no help in finding one."""


class SavedView(NamedTuple):
    """A view under its name; `query` is what the address of the queue asks."""

    id: int
    name: str
    query: str


def of(tx: Connection, actor: Actor) -> tuple[SavedView, ...]:
    """Return the views of a person, in the order they were first kept."""
    columns = saved_view.c.id, saved_view.c.name, saved_view.c.query
    rows = tx.execute(select(*columns).where(saved_view.c.person_id == actor.id).order_by(saved_view.c.id))
    return tuple(SavedView(*row) for row in rows)


def save(tx: Connection, given: SaveView, now: datetime) -> str:
    """Ensure that the view is kept; gives its name. Invalid naming what does not fit."""
    if given.actor.id is None:
        raise Unauthenticated
    faults = Faults({"name": "视图名称"})
    name = faults.text("name", given.name, LONGEST_NAME)
    faults.stop("没有保存，请按提示修改。")
    if not given.query or len(given.query) > LONGEST_QUERY:
        raise Invalid("没有保存。", [Problem("name", "请先选择筛选条件、排序或者列，再保存为视图")])
    own = saved_view.c.person_id == given.actor.id
    same = update(saved_view).where(own, saved_view.c.name == name)
    if tx.execute(same.values(query=given.query, saved_at=now)).rowcount:
        return name
    if tx.execute(select(func.count()).select_from(saved_view).where(own)).scalar_one() >= MOST:
        raise Invalid("没有保存。", [Problem("name", f"最多保存 {MOST} 个视图，请先删除不用的")])
    values = {"person_id": given.actor.id, "name": name, "query": given.query, "saved_at": now}
    if new_rows.enter(tx, saved_view, values) is None:  # saved in another window at this moment
        tx.execute(same.values(query=given.query, saved_at=now))
    return name


def drop(tx: Connection, given: DropView) -> bool:
    """Ensure that the view is gone. NotFound for one that is not the person's own."""
    own = saved_view.c.person_id == given.actor.id
    if not tx.execute(delete(saved_view).where(own, saved_view.c.id == given.view_id)).rowcount:
        raise NotFound("没有找到这个视图，可能已经删除。")
    return True
