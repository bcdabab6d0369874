"""The numbers beside a person's links (我的待办, 收件箱): cases in which it is its turn, and notices it has not read."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import Connection, Select, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.cases.turn import my_turn
from repairflow.casework.queries.inbox import counting_unread
from repairflow.law.procedure.library import Library
from repairflow.records import cases

KEPT = 300
"""For so many people the question is kept: every page asks it, and to compose it costs more than to answer it."""

Composed = Callable[[Actor], Select[int, int]]


class Numbers:
    """Asks both in one statement, composed once for each person and law."""

    def __init__(self) -> None:
        self._kept: tuple[Library, Composed] | None = None

    def of(self, tx: Connection, law: Library, actor: Actor) -> tuple[int, int]:
        """Return how many open cases wait for the actor, and how many notices it has not read."""
        kept = self._kept
        if kept is None or kept[0] is not law:
            kept = self._kept = law, _composing(law)
        turn, unread = tx.execute(kept[1](actor)).one()
        return turn, unread


def _composing(law: Library) -> Composed:
    @lru_cache(KEPT)
    def composed(actor: Actor) -> Select[int, int]:
        mine = (case_scope(actor), cases.c.closed_at.is_(None), my_turn(law, actor))
        turn = select(func.count()).select_from(cases).where(*mine).scalar_subquery()
        return select(turn, counting_unread(actor).scalar_subquery())

    return composed
