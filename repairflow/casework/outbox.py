"""The outbox: what must happen after commit, as rows written in the same transaction; the worker carries them out.

This is the one place that puts a row there, whatever it is for: a push, a letter's PDF, a wake-up, a message to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from repairflow.prepared import Prepared, inserting
from repairflow.records import outbox, push_attempt
from repairflow.records.outbox import RESENT

WORDS: Mapping[str, str] = {
    "push": "推送", "press": "文书制作", "follow": "关联办件处理", "mail": "电子邮件", "sms": "短信",
    "link.mail": "电子邮件（账号链接）", "link.sms": "短信（账号链接）",
    "link.asked": "找回密码的请求", "mail.former": "电子邮件（邮箱变更）",
}  # fmt: skip
"""What rows of a topic do, in words."""

UNFINISHED = ("waiting", "leased", "dead")
"""States of a row that has not got through and was not waived: it is on its way, or waits for a person."""


def under_way(since: datetime) -> ColumnElement[bool]:
    """Return whether a row was on its way at that moment or later: it is unfinished, or ended after it."""
    return outbox.c.state.in_(UNFINISHED) | (outbox.c.ended_at >= since)


last_why = (
    select(push_attempt.c.why)
    .where(push_attempt.c.outbox_id == outbox.c.id, push_attempt.c.why != RESENT)
    .order_by(push_attempt.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
"""What the last try of a row met; none where it was not tried."""


class ToDo(NamedTuple):
    """Something to be done after commit. `key` is unique for ever: the same thing is never done twice.

    Rows of one `lane` wait for each other; `topic` says which part of the worker carries them out.
    """

    key: str
    topic: str
    lane: str
    kind: str
    payload: Mapping[str, object] | None = None  # JSON values
    case_id: int | None = None
    record_id: int | None = None
    letter_id: int | None = None
    target_id: int | None = None


_INSERT = Prepared(inserting(outbox, *ToDo._fields, "state", "attempts", "next_at", "created_at"))


def add(tx: Connection, now: datetime, *wanted: ToDo | None) -> int:
    """Ensure that each of these waits in the outbox, to be done at once; gives how many. None is a message that its target does not
    take. IntegrityError for a key that was used before."""
    rows = [one for one in wanted if one is not None]
    if rows:
        begun = {"state": "waiting", "attempts": 0, "next_at": now, "created_at": now}
        _INSERT.write_all(tx, [one._asdict() | {"payload": one.payload or {}} | begun for one in rows])
    return len(rows)
