"""Offices, and the platforms that are pushed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.admin import office_succession, offices, targets
from repairflow.casework.cases import receipts, unfounded_lapse
from repairflow.casework.changes import (
    AddOffice,
    AddTarget,
    ChangeOffice,
    ChangeTarget,
    MindPush,
    RetryPush,
    RetryPushes,
    SucceedOffice,
    SwitchTarget,
)
from repairflow.casework.changes.installation import MOST_RETRIED
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import plain_text
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.errors import Forbidden, Invalid, Problem

LONGEST_NOTE = 500


def _office(tx: Connection, services: Services, given: ChangeOffice, now: datetime) -> offices.Saved:
    """What waited for the office's settings is looked at again by the next sweep."""
    saved = offices.change(tx, services.law, given.actor, given.code, given.given, now)
    unfounded_lapse.free_of(tx, office_by_code(tx, given.code).id)
    return saved


def _target(tx: Connection, services: Services, given: ChangeTarget, now: datetime) -> object:
    return targets.change(tx, services.vault, given.actor, given.code, given.given, now, renew=given.renew)


def _retry(tx: Connection, services: Services, given: RetryPush, now: datetime) -> bool:
    """By a supervisor, or the head of an office whose push it is. NotFound or Forbidden otherwise."""
    push_queries.one(tx, given.actor, given.push)
    if not given.actor.has_role("supervisor", "head"):
        raise Forbidden("重新推送由监督人员或者单位负责人办理。")
    return receipts.retry(tx, given.actor, given.push, now)


def _retry_all(tx: Connection, services: Services, given: RetryPushes, now: datetime) -> int:
    """How many were sent out again: those that still are given up, in the order of their lanes. Raises as for one."""
    if not given.pushes or len(given.pushes) > MOST_RETRIED:
        raise Invalid(f"请选择 1 到 {MOST_RETRIED} 件推送。")
    return sum(_retry(tx, services, RetryPush(given.actor, one), now) for one in sorted(set(given.pushes)))


def _mind(tx: Connection, _: Services, given: MindPush, now: datetime) -> None:
    """By whoever may send it again. Raises as for that, Invalid for a note that is empty or too long."""
    push_queries.one(tx, given.actor, given.push)
    if not given.actor.has_role("supervisor", "head"):
        raise Forbidden("推送由监督人员或者单位负责人跟进。")
    try:
        note = plain_text(given.note, LONGEST_NOTE)
    except ValueError as wrong:
        raise Invalid("跟进情况没有保存。", [Problem("note", f"跟进情况{wrong}")]) from None
    if not note:
        raise Invalid("跟进情况没有保存。", [Problem("note", "请写明与对方核对的情况")])
    receipts.mind(tx, given.actor, given.push, note, now)


HANDLERS: Table = {
    AddOffice: lambda tx, at, given, now: offices.add(tx, at.law, given.actor, given.given, now),
    ChangeOffice: _office,
    SucceedOffice: lambda tx, _, given, now: office_succession.succeed(tx, given, now),
    AddTarget: lambda tx, at, given, now: targets.add(tx, at.vault, given.actor, given.given, now),
    ChangeTarget: _target,
    SwitchTarget: lambda tx, _, given, now: targets.switch(tx, given.actor, given.code, given.on, now),
    RetryPush: _retry,
    RetryPushes: _retry_all,
    MindPush: _mind,
}
"""A push is waived by a step of its case (`waive_push`)."""
