"""Internal notes on a case (内部备注): what its offices tell each other. The subject never sees them; who is named hears of it.

A note stands in a stream of its own (`notes/<办件编号>`): that it was written, by whom and whom it names is proved by the chain, its
words are a personal value of the event, which the bundle of the case does not hold and which can be erased.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.actor import actor_of
from repairflow.casework.cases.note_readers import OFFERED, colleagues, writes_as
from repairflow.casework.changes import AddNote, TakeBackNote
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text, written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import may_note
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.prepared import constant
from repairflow.records import cases, event, person
from repairflow.records.rows import CaseRow, first_row
from repairflow.times import local_day

LONGEST, LONGEST_NAME, MOST_NAMED = 2000, 80, 20
TEXT = "note"
"""The name of a note's words among the personal values of its event."""


def stream_of(number: str) -> str:
    """Return the stream of a case's notes."""
    return f"notes/{number}"


def add(tx: Connection, given: AddNote, now: datetime) -> int:
    """Ensure that the note stands with the case, and everybody it names has a notice; gives its place among the notes.

    Raises NotFound for a case whose inner papers the actor does not see, Forbidden for who holds no post that handles cases,
    Invalid for an empty text and for a person named who may not see the case.
    """
    row = first_row(tx.execute(select(cases).where(cases.c.number == given.case.strip().upper())), CaseRow)
    if row is None or not may_note(given.actor, row):
        raise NotFound("没有找到这个办件，或者您无权查看它的内部备注。")
    if (role := writes_as(given.actor, row)) is None:
        raise Forbidden("内部备注由办件有关单位的办理人员填写。")
    problems: list[Problem] = []
    text = written(given.text, LONGEST, problems, "note-text", "备注", "请填写备注")
    named = _named(tx, row, given, now, problems)
    if problems:
        raise Invalid("备注没有保存，请按提示修改。", problems)
    said = {"case": row.number, "named": [name for _, name in named]}
    new = NewEvent(action=EventName.NOTE_CASE, at=now, by=given.actor, role=role, content=said, personal={TEXT: text})
    kept = event_log.append(tx, stream_of(row.number), new)
    title = f"{row.number}：{given.actor.name}在内部备注中提到您"
    for person_id, _ in named:
        inbox.notify_person(tx, person_id, Notice.of(row, "note", title, "请在办件页的“内部备注”中查看。", now))
    return kept.seq


def take_back(tx: Connection, given: TakeBackNote, now: datetime) -> bool:
    """Ensure that the note is shown as taken back and its words to nobody; False where it was so before.

    NotFound for who does not see the case's notes and for no such note; Forbidden to everybody but its writer.
    """
    found = select(cases).where(cases.c.number == given.case.strip().upper()).with_for_update()
    row = first_row(tx.execute(found), CaseRow)
    if row is None or not may_note(given.actor, row):
        raise NotFound("没有找到这个办件，或者您无权查看它的内部备注。")
    stream = event.c.stream == stream_of(row.number)
    note = tx.execute(
        select(event.c.actor_id, event.c.actor_role).where(
            stream, event.c.seq == given.seq, event.c.action == EventName.NOTE_CASE
        )
    ).first()
    if note is None:
        raise NotFound("没有找到这条备注。")
    if note.actor_id != given.actor.id:
        raise Forbidden("备注由填写的人撤回。")
    if given.seq in taken_back(tx, row.number):
        return False
    said = {"case": row.number, "note": given.seq}
    new = NewEvent(action=EventName.TAKE_BACK_NOTE, at=now, by=given.actor, role=note.actor_role, content=said)
    event_log.append(tx, stream_of(row.number), new)
    return True


def taken_back(tx: Connection, number: str) -> frozenset[int]:
    """Return the places of the notes on a case that their writers took back."""
    rows = tx.execute(
        select(event.c.body).where(
            event.c.stream == stream_of(number), event.c.action == constant(EventName.TAKE_BACK_NOTE)
        )
    )
    return frozenset(int(chain.content(row.body)["note"]) for row in rows)


def _named(
    tx: Connection, case: CaseRow, given: AddNote, now: datetime, problems: list[Problem]
) -> list[tuple[int, str]]:
    """Ids and names of whom the note names; a person who may not see the case's notes, or is none, is a problem."""
    wanted = list(dict.fromkeys(name for one in given.named if (name := one.strip())))
    if len(wanted) > MOST_NAMED:
        problems.append(Problem("note-named", f"一条备注最多提到 {MOST_NAMED} 人"))
        return []
    found: dict[int, str] = {}
    for one in wanted:
        try:
            row = _person(tx, case, given, now, plain_text(one, LONGEST_NAME))
        except ValueError as error:
            problems.append(Problem("note-named", f"“提到谁”{error}"))
            continue
        if row is None or not may_note(actor_of(tx, row[0], local_day(now)), case):
            problems.append(Problem("note-named", f"“{one}”不能查看这个办件，不能在它的备注里提到；请去掉"))
        else:
            found[row[0]] = row[1]
    return list(found.items())


def _person(tx: Connection, case: CaseRow, given: AddNote, now: datetime, name: str) -> tuple[int, str] | None:
    """Id and name of whom this login stands for, else of the one colleague of this name. ValueError where several have it."""
    known = select(person.c.id, person.c.name).where(person.c.active)
    if (row := tx.execute(known.where(person.c.login == name)).first()) is not None:
        return row.id, row.name
    same = colleagues(tx, given.actor, case, local_day(now), OFFERED, name)
    if len(same) > 1:
        listed = "、".join(f"{one.login}（{one.office}）" for one in same)
        raise ValueError(f"“{name}”有同名的人，请写登录名：{listed}")
    row = tx.execute(known.where(person.c.login == same[0].login)).first() if same else None
    return (row.id, row.name) if row is not None else None
