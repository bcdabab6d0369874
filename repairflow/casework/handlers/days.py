"""Days and the time: calendars, the clock, provisional due days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.cases import calendar_loading, provisional_lapse
from repairflow.casework.changes import ConfirmClock, ConfirmProvisional, LoadCalendar
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.errors import Forbidden

SUPERVISOR = "supervisor"


def _calendar(tx: Connection, services: Services, given: LoadCalendar, now: datetime) -> calendar_loading.Plan:
    """By a system administrator. Forbidden otherwise."""
    role = capacity(given.actor, SYSTEM_ADMIN)
    return calendar_loading.load(tx, services.law_store, given.content, given.where, given.actor, role, now)


def _clock(tx: Connection, services: Services, given: ConfirmClock, now: datetime) -> int | None:
    """By a supervisor or a system administrator, Forbidden otherwise. None where nothing waited for it."""
    role = SUPERVISOR if given.actor.has_role(SUPERVISOR) else capacity(given.actor, SYSTEM_ADMIN)
    waited = clock_guard.holding(tx, now)
    freed = clock_guard.confirmed_by(tx, given.actor, role, now)
    return freed if waited or freed else None


def _provisional(tx: Connection, services: Services, given: ConfirmProvisional, now: datetime) -> str:
    """By a supervisor, or the operator at the machine. Forbidden otherwise."""
    who = (given.actor, _supervises(given.actor))
    return provisional_lapse.confirm(tx, services, who, (given.case, given.clock), given.reason, now)


def _supervises(actor: Actor) -> str:
    if actor.kind == "system":
        return "operator"
    if not actor.has_role(SUPERVISOR):
        raise Forbidden("暂定的届满日由监督人员确认。")
    return SUPERVISOR


HANDLERS: Table = {LoadCalendar: _calendar, ConfirmClock: _clock, ConfirmProvisional: _provisional}
