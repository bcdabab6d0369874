"""Stating a birthday (登记出生日期) of a person whose document's number tells none: letters then go to the person or to its guardian,
and whether it was a child when a decision was taken is known. The trail says that it was stated, never the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, select, update

from repairflow.casework import birthdays, inputs
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.changes import StateBirthday
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import COLUMNS, OFFICE_OF_ROLE, record_scope
from repairflow.casework.rows_by_id import subject_of
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.penalties.days import writes_a_day
from repairflow.law.identifiers import birthday_fault, is_adult, normalise
from repairflow.records import cases, record, subject
from repairflow.records.rows import RecordRow, SubjectRow, all_rows, first_row
from repairflow.times import local_day
from repairflow.vault import Vault

PERSON = "natural_person"
ROLES = {"officer": "authority", "party": "subject"}
LONGEST_REASON = 500
TOLD = ("head", "acceptor", "registrar")
"""Who in another office hears that a birthday was corrected, or made a child of somebody or an adult."""
OF_NUMBER = "证件号码已经表明出生日期，不需要登记；号码有误的，请通过异议程序更正。"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person's birthday stands for a page: whether one is stated, and what the reader may do."""

    stated: bool
    may: bool


def standing(tx: Connection, vault: Vault, actor: Actor, subject_id: int, today: date) -> Standing | None:
    """Return how the birthday of a record's subject stands; None where its number tells it, or it is no person."""
    one = subject_of(tx, subject_id)
    if one.kind != PERSON or birthdays.of_number(vault, one, today) is not None:
        return None
    stated = one.born_sealed is not None
    who = _capacity(actor, one)
    return Standing(stated, who == "officer" or (who == "party" and not stated))


def reaches(tx: Connection, actor: Actor, number: str) -> bool:
    """Tell whether the actor finds this record, at whose page a birthday is stated."""
    return tx.execute(select(record.c.id).where(record.c.number == number, record_scope(actor))).first() is not None


def state(
    tx: Connection, services: Services, given: StateBirthday, now: datetime
) -> Literal["stated", "corrected", ""]:
    """Ensure that the birthday lies sealed with the record's subject, its records say whether it was a child when they were decided, and
    the trail of each says who stated it; gives whether it was stated, corrected, or stood so before (empty).

    The other offices that found a record of the person or have a case of it open hear of a correction, and of what it changes.
    NotFound for a record the actor has no part in, Forbidden to who handles no cases, Conflict where the number tells the birthday or
    a party would change one that stands, Invalid for a day nobody can be born on and, where one is kept, without a reason: it is asked
    for before the two are compared, or the answer would tell a birthday to who guesses it.
    """
    query = select(record).where(record.c.number == given.record.strip().upper(), record_scope(given.actor))
    row = first_row(tx.execute(query), RecordRow)
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    whose = select(subject).where(subject.c.id == row.subject_id).with_for_update(key_share=True)
    one, today = SubjectRow._make(tx.execute(whose).one()), local_day(now)
    who = _capacity(given.actor, one)
    if who is None:
        raise Forbidden("出生日期由办理人员登记，或者由本人、监护人填写。")
    if one.kind != PERSON:
        raise Conflict("单位、个体工商户没有出生日期。")
    if birthdays.of_number(services.vault, one, today) is not None:
        raise Conflict(OF_NUMBER)
    if who == "party" and one.born_sealed is not None:
        raise Conflict("出生日期已经登记。登记有误的，请持有效证件向办理单位提出，由办理人员更正。")
    born = read(given.born, today)
    reason = _reason(given.reason) if one.born_sealed is not None else None
    if birthdays.of(services.vault, one, today) == born:
        return ""
    _keep(tx, services.vault, one, Told(given.actor, ROLES[who], born, reason), now)
    return "stated" if reason is None else "corrected"


def with_mandate(tx: Connection, services: Services, by: Actor, code: str, text: str, now: datetime) -> None:
    """Ensure that the birthday an administrator enters with a mandate is kept, where the person's number tells none.

    Invalid for an organisation, another birthday than the number tells, a day nobody can be born on, and for every day where one was
    stated before: no administrator corrects it, and an answer that compared them would tell it to who guesses.
    """
    number = services.vault.index(normalise(code))
    row = tx.execute(select(subject).where(subject.c.id_index == number).with_for_update(key_share=True)).first()
    born = read(text, local_day(now))
    if row is None:
        raise Invalid("授权没有登记，请按提示修改。", [Problem("born", "单位、个体工商户不填出生日期")])
    one = SubjectRow._make(row)
    known = birthdays.of_number(services.vault, one, local_day(now))
    if known is None and one.born_sealed is None:
        _keep(tx, services.vault, one, Told(by, "security_admin", born), now)
    elif known != born:
        fault = "出生日期已经登记，请留空；登记有误的，由办理单位更正" if known is None else "与证件号码不一致，请核对"
        raise Invalid("授权没有登记，请按提示修改。", [Problem("born", fault)])


def _keep(tx: Connection, vault: Vault, one: SubjectRow, told: Told, now: datetime) -> None:
    turned: list[RecordRow] = []
    theirs: dict[int, int] = {}  # by office: a record by which its people find the person
    tx.execute(update(subject).where(subject.c.id == one.id).values(born_sealed=birthdays.sealed(vault, told.born)))
    of_person = select(record).where(record.c.subject_id == one.id).order_by(record.c.id).with_for_update()
    for each in all_rows(tx.execute(of_person), RecordRow):
        minor = not is_adult(told.born, each.decision_date)
        said = {"minor": minor, **({"corrected": True} if told.reason else {})}
        new = NewEvent(
            action=EventName.STATE_BIRTHDAY, at=now, by=told.by, role=told.role, content=said, reason=told.reason
        )
        record_events.append(tx, each, new)
        theirs.setdefault(each.authority_id, each.id)
        if minor != each.minor:
            turned.append(each)
            values = {"minor": minor, "version": record.c.version + 1}
            tx.execute(update(record).where(record.c.id == each.id).values(values))
    if told.reason or turned:
        _tell(tx, one, told, turned, theirs, now)


def _tell(
    tx: Connection, one: SubjectRow, told: Told, turned: list[RecordRow], theirs: dict[int, int], now: datetime
) -> None:
    """Ensure that the other offices know: those that found a record of the person, and those that have a case of one open."""
    going_on = select(cases.c.record_id, *(cases.c[name] for name in COLUMNS.values()))
    for row in tx.execute(going_on.where(cases.c.subject_id == one.id, cases.c.closed_at.is_(None))):
        for place in row[1:]:
            if place is not None and row.record_id is not None:
                theirs.setdefault(place, row.record_id)
    what = "更正" if told.reason else "登记"
    who = {"authority": "其他单位的办理人员", "subject": "本人、监护人"}.get(told.role, "安全管理员")
    why = f"理由：{told.reason}。" if told.reason else ""
    for place, record_id in sorted(theirs.items()):
        if place in told.by.offices:
            continue
        mine = [
            f"{each.number}（{'不再是' if each.minor else '是'}未成年人）"
            for each in turned
            if each.authority_id == place
        ]
        follows = f"行为时是否成年因此改变：{'、'.join(mine)}。" if mine else ""
        body = (
            f"{who}{what}了{one.name}的出生日期。{why}{follows}请核对本单位正在办理的事项；有误的，请对照有效证件更正。"
        )
        title = f"{one.name}的出生日期已{what}"
        inbox.notify_office(tx, place, TOLD, Notice("birthday_stated", title, body, now, record_id=record_id))


def _reason(text: str) -> str:
    """Return why a birthday is corrected. Invalid without it, and where it writes out a day, whichever: it is kept in clear, and an answer
    that knew the birthday from other days would tell it."""
    refusal, lacking = "没有更正出生日期，请按提示修改。", "请写明更正的理由，如：经核对护照原件，原登记有误"
    reason = inputs.demanded_text(text, LONGEST_REASON, "reason", "更正理由", lacking, refusal)
    if writes_a_day(reason):
        raise Invalid(
            refusal, [Problem("reason", "请不要在理由中写出年月日俱全的日期：理由不封存，会留痕并告知有关单位")]
        )
    return reason


@dataclass(frozen=True, slots=True)
class Told:
    """What is stated, by whom in which role, and why it is corrected where another birthday stood before."""

    by: Actor
    role: str
    born: date
    reason: str | None = None


def read(text: str, today: date) -> date:
    """Return a birthday as somebody wrote it. Invalid naming what is wrong."""
    if fault := birthday_fault(text, today):
        raise Invalid("没有登记出生日期，请按提示修改。", [Problem("born", fault)])
    return date.fromisoformat(text.strip())


def _capacity(actor: Actor, one: SubjectRow) -> Literal["officer", "party"] | None:
    """Return as whom the actor states a birthday: one who handles cases, or the person itself or its guardian; no mere agent (代理人)."""
    if one.id in actor.subjects:
        return "party" if (one.id, "representative") in actor.mandates else None
    return "officer" if any(_handles(role) for role, _ in actor.roles) else None


def _handles(role: str) -> bool:
    """Tell whether a post handles cases: who only delivers information or keeps minutes does not."""
    return OFFICE_OF_ROLE.get(role, COLUMNS["providing"]) != COLUMNS["providing"] and role != "recorder"
