"""The file of a case: its situation and its letters, for whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import Situation, situation
from repairflow.casework.context import Services
from repairflow.casework.documents.lookup import letters_of_case
from repairflow.casework.permissions import case_scope, sees_inside
from repairflow.errors import Forbidden, NotFound
from repairflow.records import cases
from repairflow.records.rows import CaseRow, LetterRow, first_row
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with the letters that have a PDF, oldest first."""

    at: Situation
    made: tuple[LetterRow, ...]


def read(tx: Connection, services: Services, actor: Actor, number: str, now: datetime) -> CaseFile:
    """Return the file of the case with this number, with the index of the offices' own papers (卷宗目录). NotFound when it is absent or not
    the actor's to see, Forbidden for who sees it as its subject alone."""
    row = first_row(tx.execute(select(cases).where(cases.c.number == number, case_scope(actor))), CaseRow)
    if row is None:
        raise NotFound
    if not sees_inside(actor, row):
        raise Forbidden("内部审批单和卷宗目录只供办理单位使用。")
    made = (one for one in reversed(letters_of_case(tx, actor, row.id)) if one.pressed_at is not None)
    return CaseFile(situation(tx, services.law, row, local_day(now)), tuple(made))
