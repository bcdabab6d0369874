"""The law as this database uses it: offices' own rules, errata, running cases carried to a new version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.admin import events, fine_thresholds, law_drafts, own_rules
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.cases import errata, record_recount, unfounded_lapse, version_migration
from repairflow.casework.cases.deadline_recount import Moved
from repairflow.casework.cases.errata import ApplyErratum
from repairflow.casework.cases.version_migration import MigrateCases
from repairflow.casework.changes import (
    ConfirmRules,
    DecideLaw,
    ProposeLaw,
    RecountRecords,
    StateThresholds,
    WithdrawRules,
)
from repairflow.casework.context import Services
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.errors import Forbidden


def _confirm(tx: Connection, services: Services, given: ConfirmRules, now: datetime) -> int:
    fresh = own_rules.confirm(tx, services.law, given, now)
    unfounded_lapse.free_of(tx, given.office_id)
    return fresh


def _withdraw(tx: Connection, services: Services, given: WithdrawRules, now: datetime) -> int:
    return own_rules.withdraw(tx, given, now)


def _thresholds(tx: Connection, services: Services, given: StateThresholds, now: datetime) -> bool:
    return fine_thresholds.state(tx, given, now)


def _recount(tx: Connection, services: Services, given: RecountRecords, now: datetime) -> record_recount.Recount:
    """By the legal reviewer of the office; of all offices by the operator of the installation. Forbidden otherwise."""
    operator = given.actor.id is None and given.actor.kind == "system"
    if not operator and given.office_id not in own_rules.offices_of(given.actor):
        raise Forbidden("重新分类由本单位的法制审核人员办理。")
    role = "operator" if operator else own_rules.ROLE
    return record_recount.apply(tx, services, given.office_id, given.actor, role, now)


def _erratum(tx: Connection, services: Services, given: ApplyErratum, now: datetime) -> tuple[Moved, ...] | None:
    """By the operator at the machine or a system administrator, Forbidden otherwise. None where it was applied before."""
    role = capacity(given.actor, SYSTEM_ADMIN)
    if errata.applied(tx, given.mending):
        return None
    moved, found = errata.apply(tx, given.mending, now), given.mending.erratum
    told = {
        "erratum": f"{found.title} 第 {found.erratum} 号", "reason": found.reason, "read_by": found.read_by,
        "read_on": found.read_on, "digest": found.digest, "cases": len({one.case for one in moved}),
    }  # fmt: skip
    events.note(tx, f"release/{found.title}", EventName.ERRATUM, given.actor, role, now, told)
    return moved


def _migrate(tx: Connection, services: Services, given: MigrateCases, now: datetime) -> list[version_migration.Moved]:
    """By the operator at the machine or a system administrator. Forbidden otherwise."""
    capacity(given.actor, SYSTEM_ADMIN)
    return version_migration.carry_out(tx, services, given.mapping, now)


HANDLERS: Table = {
    ConfirmRules: _confirm,
    WithdrawRules: _withdraw,
    StateThresholds: _thresholds,
    RecountRecords: _recount,
    ApplyErratum: _erratum,
    MigrateCases: _migrate,
    ProposeLaw: law_drafts.propose,
    DecideLaw: law_drafts.decide,
}
