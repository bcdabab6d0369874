"""What is stuck (受阻事项): pushes, letters, follow-ups and messages that failed and are tried again or were given up, and failed
jobs, in one list with their last tries, the class of the cause and who sees to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases.receipts import why_open
from repairflow.casework.permissions import case_scope
from repairflow.casework.queries.oversight import failed_jobs, pushes
from repairflow.casework.queries.oversight.failed_jobs import FailedJob
from repairflow.casework.queries.oversight.pushes import ANY, PushRow, Wanted
from repairflow.records import cases, notice, push_attempt
from repairflow.records.outbox import RESENT
from repairflow.records.rows import PushAttemptRow, all_rows

JOB = "job"
"""Beside `pushes.KINDS`."""
CAUSES: Mapping[str, str] = {
    "unreachable": "网络", "timeout": "网络", "not_listed": "地址或者设置", "redirect": "地址或者设置", "busy": "对方系统故障",
    "server_error": "对方系统故障", "refused": "对方拒绝", "gone": "对方拒绝", "declined": "对方拒绝", "nonsense": "格式",
    "pending": "对方未处理", "here": "内部错误",
}  # fmt: skip
"""The class of a cause, by what the last try met (`gateway.platform.Why`)."""
CONTENT = "内容不合要求"
"""The class of a job that failed by what it was given."""
TRIES = 3


@dataclass(frozen=True, slots=True)
class Try:
    """One try; status and the beginning of the answer where there was one."""

    at: datetime
    status: int | None = None
    said: str = ""
    why: str = "here"


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that is stuck: a row of the outbox, or a job. `left`: why nobody may settle it yet; "" for nothing.

    `about` is the number of the case of whoever was to be told, where the row itself is of none and the reader may see it.
    """

    kind: str
    row: PushRow | FailedJob
    cause: str
    why: str
    given_up: bool
    left: str
    error: str
    tries: Sequence[Try]
    about: str = ""


def stuck(tx: Connection, actor: Actor, *, wanted: Wanted = ANY, size: int = 100) -> tuple[Stuck, ...]:
    """Return what the actor may see of it, what was given up first, each group oldest first; at most `size`."""
    rows = [*pushes.dead(tx, actor, wanted=wanted, size=size), *pushes.failing(tx, actor, wanted=wanted, size=size)]
    failed = failed_jobs.failed(tx, actor, size=size) if wanted.kind in ("", JOB) and not wanted.target_code else ()
    found = [*of_jobs(tx, [one for one in failed if _caused(one, wanted.why)]), *of_rows(tx, actor, rows)]
    found.sort(key=lambda one: (not one.given_up, one.row.created_at))
    return tuple(found[:size])


def of_rows(tx: Connection, actor: Actor, rows: Sequence[PushRow]) -> list[Stuck]:
    """Rows of the outbox, with their last tries."""
    tries, about = _tries(tx, [row.id for row in rows]), _about(tx, actor, rows)
    kinds = {topic: kind for kind, topics in pushes.KINDS.items() for topic in topics}
    return [
        Stuck(
            kinds[row.topic], row, CAUSES.get(row.why or "here", CAUSES["here"]), row.why or "here",
            row.state == "dead",
            why_open(row.topic, _open(row), row.letter_state, row.pressed_at is not None)
            if row.state == "dead" else "还在自动重试",
            row.last_error or "", tries.get(row.id, ()), about.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def of_jobs(tx: Connection, rows: Sequence[FailedJob]) -> list[Stuck]:
    """Jobs, with what went wrong at their last attempts."""
    told: dict[int, list[Try]] = {}
    for one in failed_jobs.errors(tx, [row.id for row in rows], TRIES):
        told.setdefault(one.job_id, []).append(Try(one.at, said=one.text))
    return [
        Stuck(JOB, row, CAUSES["here"] if row.ours else CONTENT, "here", True, "", row.error or "", told.get(row.id, ()))
        for row in rows
    ]  # fmt: skip


def _caused(row: FailedJob, why: str) -> bool:
    return not why or (why == "here" and row.ours)


def _open(row: PushRow) -> bool:
    return row.case_number is not None and row.case_closed_at is None


def _tries(tx: Connection, ids: Sequence[int]) -> dict[int, list[Try]]:
    """Return the last tries of each row, newest first."""
    nth = func.row_number().over(partition_by=push_attempt.c.outbox_id, order_by=push_attempt.c.id.desc()).label("nth")
    of = (
        select(push_attempt.c.id, nth).where(push_attempt.c.outbox_id.in_(ids), push_attempt.c.why != RESENT).subquery()
    )
    last = select(push_attempt).join(of, of.c.id == push_attempt.c.id).where(of.c.nth <= TRIES)
    rows = all_rows(tx.execute(last.order_by(push_attempt.c.outbox_id, push_attempt.c.id.desc())), PushAttemptRow)
    return {
        key: [Try(one.at, one.status, one.said, one.why) for one in mine]
        for key, mine in groupby(rows, key=lambda one: one.outbox_id)
    }


def _about(tx: Connection, actor: Actor, rows: Sequence[PushRow]) -> dict[int, str]:
    """By row, the case that a message to a person is about, where the actor may see the case."""
    notices = {row.id: int(str(row.payload["notice"])) for row in rows if row.topic in ("mail", "sms")}
    if not notices:
        return {}
    of = select(notice.c.id, cases.c.number).join(cases, cases.c.id == notice.c.case_id)
    numbers = {row.id: row.number for row in tx.execute(of.where(notice.c.id.in_(notices.values()), case_scope(actor)))}
    return {key: numbers[one] for key, one in notices.items() if one in numbers}
