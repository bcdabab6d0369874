"""撤回变更登记: a change of an organisation that was entered by mistake (another company, another successor) is taken back.

What was entered and that it was taken back both stay in the trail. Only the last one that stands: those before it are next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log, party_names
from repairflow.casework.cases import subject_registration
from repairflow.casework.cases.subject_registration import KINDS, organisation
from repairflow.casework.changes import TakeBackRegistration
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import new_names
from repairflow.casework.outbound.push_cause import Cause
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.law.procedure.library import Library
from repairflow.records import event, subject
from repairflow.records.rows import SubjectRow, all_rows

LONGEST = 500
_CHANGES = (EventName.CHANGE_REGISTRATION, EventName.END_SUBJECT)


class _Kept(NamedTuple):
    seq: int
    action: str
    body: bytes


class _Other(NamedTuple):
    id: int
    uscc: str


class Registered(NamedTuple):
    """A change that stands: its place in the subject's stream, and what it says."""

    seq: int
    said: Mapping[str, Any]


def standing(tx: Connection, code: str) -> list[Registered]:
    """Return the changes of an organisation that were not taken back, the last one first."""
    query = select(event.c.seq, event.c.action, event.c.body).where(
        event.c.stream == f"subject/{code}", event.c.action.in_((*_CHANGES, EventName.TAKE_BACK_REGISTRATION))
    )
    rows = [
        (row, json.loads(row.body)["content"])
        for row in all_rows(tx.execute(query.order_by(event.c.seq.desc())), _Kept)
    ]
    gone = {said["seq"] for row, said in rows if row.action == EventName.TAKE_BACK_REGISTRATION}
    return [Registered(row.seq, said) for row, said in rows if row.action in _CHANGES and row.seq not in gone]


def take_back(tx: Connection, law: Library, given: TakeBackRegistration, now: datetime) -> SubjectRow:
    """Ensure that the organisation is as it was before the last change; platforms that show its records and the people of both
    sides are told.

    Raises NotFound, Forbidden, Invalid without a reason, Conflict where no such change is the last or something else was
    changed since.
    """
    row = organisation(tx, given.actor, given.subject, lock=True)
    if not subject_registration.may_write(tx, given.actor, row):
        raise Forbidden("变更登记由信用中心，或者认定、提供其失信信息的单位办理。")
    code = row.uscc or ""
    last = next(iter(standing(tx, code)), None)
    if last is None or last.seq != given.seq:
        raise Conflict("这一登记已经撤回，或者此后又有登记。请刷新后核对。")
    problems: list[Problem] = []
    reason = written(given.reason, LONGEST, problems, "reason", "撤回的理由")
    if not reason:
        problems.append(Problem("reason", "请写明撤回的理由，如登记错了企业、承继人有误"))
    if problems:
        raise Invalid("没有撤回，请按提示修改后再提交。", problems)
    _check_unchanged(row, last.said)
    made = event_log.append(
        tx,
        f"subject/{code}",
        NewEvent(
            action=EventName.TAKE_BACK_REGISTRATION, at=now, by=given.actor, role="registrar", reason=reason,
            content={"subject": code, "seq": last.seq},
        ),
    )  # fmt: skip
    body = f"{_what(last.said)}的登记（{last.said['notice']}）有误，已经撤回：{reason}"
    told = Notice("registration", f"已撤回变更登记：{row.name}", body, now)
    inbox.notify_subject(tx, row.id, told)  # while a successor's people still are its people
    changed = [row.id, *_restored(tx, row, last.said, now)]
    if "kind" in last.said:
        inbox.notify_subject(tx, row.id, told)
    for one in changed:
        new_names.push_subject(tx, law, one, Cause(made.digest, now))
    return organisation(tx, given.actor, code)


def _check_unchanged(row: SubjectRow, said: Mapping[str, Any]) -> None:
    """Raise Conflict where what the change brought no longer stands, having been changed by another way."""
    name, head = said.get("name"), said.get("legal_representative")
    if (name and row.name != name[1]) or (head and (row.legal_representative or "") != head[1]):
        raise Conflict("此后名称或者法定代表人又有变动，不能撤回；请登记变更为正确的内容。")


def _restored(tx: Connection, row: SubjectRow, said: Mapping[str, Any], now: datetime) -> list[int]:
    """Write what stood before; gives others of which something was written, too."""
    if head := said.get("legal_representative"):
        tx.execute(update(subject).where(subject.c.id == row.id).values(legal_representative=head[0] or None))
    if name := said.get("name"):
        before = {
            pair[0]: one.said["day"] for one in standing(tx, row.uscc or "") if (pair := one.said.get("name"))
        }  # a name it had before that one stays a former name
        until = before.get(name[1])
        party_names.restore(tx, row.id, name[0], date.fromisoformat(until) if until else None, now)
    if "kind" not in said:
        return []
    tx.execute(update(subject).where(subject.c.id == row.id).values(ended_on=None, successor_id=None))
    earlier = list(_succeeded_by(tx, row))
    if earlier:  # its end had handed them on
        tx.execute(update(subject).where(subject.c.id.in_(earlier)).values(successor_id=row.id))
    return earlier


def _succeeded_by(tx: Connection, row: SubjectRow) -> Iterator[int]:
    """Yield those that ended before with `row` as successor and were handed on to its own."""
    if row.successor_id is None:
        return
    others = select(subject.c.id, subject.c.uscc).where(
        subject.c.successor_id == row.successor_id, subject.c.id != row.id
    )
    for other in all_rows(tx.execute(others.order_by(subject.c.id)), _Other):
        last = next((one for one in standing(tx, other.uscc) if "kind" in one.said), None)
        if last is not None and last.said.get("successor") == row.uscc:
            yield other.id


def _what(said: Mapping[str, Any]) -> str:
    """Return what a change was, in words."""
    if kind := said.get("kind"):
        return KINDS.get(str(kind), str(kind))
    parts = [label for key, label in (("name", "名称"), ("legal_representative", "法定代表人")) if key in said]
    return f"{'、'.join(parts)}变更"
