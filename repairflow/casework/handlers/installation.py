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
    RetryPush,
    SucceedOffice,
    SwitchTarget,
)
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.errors import Forbidden


def _office(tx: Connection, services: Services, given: ChangeOffice, now: datetime) -> offices.Saved:
    """What waited for the office's settings is looked at again by the next sweep."""
    saved = offices.change(tx, services.law, given.actor, given.code, given.given, now)
    unfounded_lapse.free(tx, office_by_code(tx, given.code).id)
    return saved


def _target(tx: Connection, services: Services, given: ChangeTarget, now: datetime) -> object:
    return targets.change(tx, services.vault, given.actor, given.code, given.given, now, renew=given.renew)


def _retry(tx: Connection, services: Services, given: RetryPush, now: datetime) -> bool:
    """By a supervisor, or the head of an office whose push it is. NotFound or Forbidden otherwise."""
    push_queries.one(tx, given.actor, given.push)
    if not given.actor.has_role("supervisor", "head"):
        raise Forbidden("重新推送由监督人员或者单位负责人办理。")
    return receipts.retry(tx, given.actor, given.push, now)


HANDLERS: Table = {
    AddOffice: lambda tx, at, given, now: offices.add(tx, at.law, given.actor, given.given, now),
    ChangeOffice: _office,
    SucceedOffice: lambda tx, _, given, now: office_succession.succeed(tx, given, now),
    AddTarget: lambda tx, at, given, now: targets.add(tx, at.vault, given.actor, given.given, now),
    ChangeTarget: _target,
    SwitchTarget: lambda tx, _, given, now: targets.switch(tx, given.actor, given.code, given.on, now),
    RetryPush: _retry,
}
"""A push is waived by a step of its case (`waive_push`)."""
