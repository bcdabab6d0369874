"""Internal notes on a case (内部备注): what its offices tell each other. The subject never sees them; who is named hears of it.

A note stands in a stream of its own (`notes/<办件编号>`): that it was written, by whom and whom it names is proved by the chain, its
words are a personal value of the event, which the bundle of the case does not hold and which can be erased.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework import event_log
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.changes import AddNote
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note, post_in
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.records import cases, person
from repairflow.records.rows import CaseRow, first_row
from repairflow.times import local_day

LONGEST, MOST_NAMED = 2000, 20
TEXT = "note"
"""The name of a note's words among the personal values of its event."""


def stream_of(number: str) -> str:
    """The stream of a case's notes."""
    return f"notes/{number}"


def add(tx: Connection, given: AddNote, now: datetime) -> int:
    """Afterwards the note stands with the case, and everybody it names has a notice; gives its place among the notes.

    Raises NotFound for a case whose inner papers the actor does not see, Forbidden for who holds no post that handles cases,
    Invalid for an empty text and for a person named who may not see the case.
    """
    row = first_row(tx.execute(select(cases).where(cases.c.number == given.case.strip().upper())), CaseRow)
    if row is None or not may_note(given.actor, row):
        raise NotFound("没有找到这个办件，或者您无权查看它的内部备注。")
    role = _role(given.actor, row)
    problems: list[Problem] = []
    try:
        text = plain_text(given.text, LONGEST)
        if not text:
            problems.append(Problem("note-text", "请填写备注"))
    except ValueError as error:
        text = ""
        problems.append(Problem("note-text", f"“备注”{error}"))
    named = _named(tx, row, given, now, problems)
    if problems:
        raise Invalid("备注没有保存，请按提示修改。", problems)
    said = {"case": row.number, "named": [name for _, name in named]}
    new = NewEvent(action=EventName.NOTE_CASE, at=now, by=given.actor, role=role, content=said, personal={TEXT: text})
    kept = event_log.append(tx, stream_of(row.number), new)
    title = f"{row.number}：{given.actor.name}在内部备注中提到您"
    for person_id, _ in named:
        inbox.tell_person(tx, person_id, Notice.of(row, "note", title, "请在办件页的“内部备注”中查看。", now))
    return kept.seq


def _role(actor: Actor, case: CaseRow) -> str:
    """The post in an office of the case, or the one that looks over all cases. Forbidden for who handles none."""
    places = (case.deciding_id, case.provider_id, case.receiving_id)
    found = next((role for place in places if (role := post_in(actor, place)) is not None), None)
    if found is None and actor.oversees:
        found = next((role for role, _ in sorted(actor.roles) if role in OFFICE_OF_ROLE), None)
    if found is None:
        raise Forbidden("内部备注由办件有关单位的办理人员填写。")
    return found


def _named(
    tx: Connection, case: CaseRow, given: AddNote, now: datetime, problems: list[Problem]
) -> list[tuple[int, str]]:
    """Ids and names of whom the note names; a person who may not see the case's notes, or is none, is a problem."""
    wanted = list(dict.fromkeys(login for one in given.named if (login := one.strip())))
    if len(wanted) > MOST_NAMED:
        problems.append(Problem("note-named", f"一条备注最多提到 {MOST_NAMED} 人"))
        return []
    known = {
        row.login: (row.id, row.name)
        for row in tx.execute(
            select(person.c.id, person.c.login, person.c.name).where(person.c.login.in_(wanted), person.c.active)
        )
    }
    for login in wanted:
        if login not in known or not may_note(actor_of(tx, known[login][0], local_day(now)), case):
            problems.append(Problem("note-named", f"“{login}”不能查看这个办件，不能在它的备注里提到；请去掉"))
    return [known[login] for login in wanted if login in known]
