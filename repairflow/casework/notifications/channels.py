"""How people are reached beside their inbox: the channels they chose, what is carried there, and their calendar address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from repairflow import vault as secrets_module
from repairflow.casework import event_log, outbox
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbox import ToDo
from repairflow.errors import Invalid, Problem
from repairflow.law.calendar.workdays import Calendar
from repairflow.records import calendar_feed, notice, person, preference
from repairflow.times import local
from repairflow.vault import Vault

CHANNELS: Mapping[str, str] = {"mail": "电子邮件", "sms": "短信"}
TOPICS: Mapping[str, str] = {
    "deadline": "期限提醒、届满日变动和督办",
    "progress": "办件进展和待办",
    "repair": "可以申请修复、公示终止",
    "followed": "关注的单位有变动",
}
TOPIC_OF_KIND: Mapping[str, str] = {
    "reminder": "deadline", "escalation": "deadline", "due_day_moved": "deadline",
    "provisional_lapse": "deadline", "office_silent": "deadline", "chase": "deadline",
    "unfounded_lapse": "deadline", "unserved": "deadline", "platform_silent": "deadline",
    "followed": "followed",
    "may_apply": "repair", "held": "repair", "barred": "repair", "ended": "repair", "reclassed": "repair",
}  # fmt: skip
"""Every other kind of notice is progress."""

MORNING, EVENING = time(8), time(20)
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person wants to be reached: addresses ("" for none), and chosen (topic, channel)."""

    email: str
    phone: str
    chosen: frozenset[tuple[str, str]]
    feed_since: datetime | None  # when the calendar address in use was made; None: there is none


@dataclass(frozen=True, slots=True)
class Carried:
    """One notice on its way to a person; `to` is the address by its channel."""

    to: str
    title: str
    body: str


def topic_of(kind: str) -> str:
    """Return the topic a kind of notice belongs to."""
    return TOPIC_OF_KIND.get(kind, "progress")


def queue(tx: Connection, chosen: Iterable[tuple[int, str]], kind: str, now: datetime) -> None:
    """Ensure that each of these notices (by its id) waits in the outbox for the channel beside it."""
    messages = []
    for notice_id, channel in chosen:
        key = f"{channel}/{notice_id}"  # a lane of its own, too: an address that refuses one message stops no other
        messages.append(ToDo(key, channel, lane=key, kind=f"notice.{kind}", payload={"notice": notice_id}))
    outbox.add(tx, now, *messages)


def carried(tx: Connection, vault: Vault, notice_id: int, channel: str) -> Carried | None:
    """Return what to send for a notice; None where its person took the channel or the address back, or has left."""
    row = tx.execute(
        select(notice.c.title, notice.c.body, notice.c.kind, person.c.email, person.c.phone)
        .join(person, person.c.id == notice.c.person_id)
        .join(preference, preference.c.person_id == person.c.id)
        .where(notice.c.id == notice_id, person.c.active, preference.c.channel == channel)
        .limit(1)
    ).first()
    if row is None:
        return None
    to = row.email if channel == "mail" else vault.open(row.phone) if row.phone else None
    return Carried(to, row.title, row.body) if to else None


def awake(calendar: Calendar, now: datetime) -> bool:
    """Say whether people may be disturbed: 08:00 to 20:00 in Shanghai on a working day. What is to be sent waits until then."""
    here = local(now)
    return calendar.is_working(here.date()) and MORNING <= here.time() < EVENING


def reach(tx: Connection, vault: Vault, person_id: int) -> Reach:
    """Return how a person is reached now."""
    row = tx.execute(select(person.c.email, person.c.phone).where(person.c.id == person_id)).one()
    chosen = tx.execute(select(preference.c.topic, preference.c.channel).where(preference.c.person_id == person_id))
    since = tx.execute(
        select(calendar_feed.c.created_at)
        .where(calendar_feed.c.person_id == person_id, calendar_feed.c.ended_at.is_(None))
        .order_by(calendar_feed.c.id.desc())
    ).scalar()
    phone = vault.open(row.phone) if row.phone else ""
    return Reach(row.email or "", phone, frozenset((one.topic, one.channel) for one in chosen), since)


def choose(
    tx: Connection, vault: Vault, person_id: int, *, email: str, phone: str, chosen: Iterable[tuple[str, str]]
) -> None:
    """Ensure that the person is reached this way; Invalid naming each field, then nothing changes."""
    email, phone, wanted = email.strip(), phone.strip().replace(" ", ""), frozenset(chosen)
    problems = []
    if email and (len(email) > 200 or not _MAIL.fullmatch(email)):
        problems.append(Problem("email", "电子邮箱格式不正确，应如 name@example.com"))
    if phone and not _MOBILE.fullmatch(phone):
        problems.append(Problem("phone", "手机号应为 11 位数字，以 1 开头"))
    for channel, address, field in (("mail", email, "email"), ("sms", phone, "phone")):
        if not address and any(used == channel for _, used in wanted):
            problems.append(
                Problem(
                    field, f"选择了{CHANNELS[channel]}提醒，请填写" + ("电子邮箱" if field == "email" else "手机号")
                )
            )
    if any(topic not in TOPICS or channel not in CHANNELS for topic, channel in wanted):
        problems.append(Problem("", "提醒方式不在可选范围内，请重新选择"))
    if problems:
        raise Invalid("提醒方式没有保存，请按提示修改。", problems)
    sealed = vault.seal(phone) if phone else None
    tx.execute(update(person).where(person.c.id == person_id).values(email=email or None, phone=sealed))
    tx.execute(delete(preference).where(preference.c.person_id == person_id))
    if wanted:
        rows = [{"person_id": person_id, "topic": topic, "channel": channel} for topic, channel in sorted(wanted)]
        tx.execute(insert(preference), rows)


def note_new_address(tx: Connection, actor: Actor, now: datetime) -> None:
    """Ensure that the trail of the account says that its person changed the e-mail address, not which it is."""
    _note(tx, actor, EventName.CHANGE_ADDRESS, now)


def open_feed(tx: Connection, actor: Actor, now: datetime) -> str:
    """Ensure that the person has one private calendar address and any former one no longer works; gives its token, known to nobody else."""
    close_feed(tx, actor, now)
    token = secrets_module.token()
    tx.execute(insert(calendar_feed).values(token_digest=_digest(token), person_id=actor.id, created_at=now))
    _note(tx, actor, EventName.OPEN_CALENDAR_FEED, now)
    return token


def close_feed(tx: Connection, actor: Actor, now: datetime) -> bool:
    """Ensure that no calendar address of the person works; gives whether one did."""
    ended = tx.execute(
        update(calendar_feed)
        .where(calendar_feed.c.person_id == actor.id, calendar_feed.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    if ended.rowcount:
        _note(tx, actor, EventName.CLOSE_CALENDAR_FEED, now)
    return bool(ended.rowcount)


def person_of_feed(tx: Connection, token: str) -> int | None:
    """Return whose calendar an address is; None for one that never was or is no more."""
    found: int | None = tx.execute(
        select(calendar_feed.c.person_id).where(
            calendar_feed.c.token_digest == _digest(token), calendar_feed.c.ended_at.is_(None)
        )
    ).scalar()
    return found


def _digest(token: str) -> str:
    return secrets_module.digest(token.encode()).removeprefix("sha256:")


def _note(tx: Connection, actor: Actor, action: str, now: datetime) -> None:
    login: Any = tx.execute(select(person.c.login).where(person.c.id == actor.id)).scalar_one()
    stream = f"account/{login}"
    event_log.append(tx, stream, NewEvent(action=action, at=now, by=actor, role="self"))
