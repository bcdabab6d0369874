"""The dispatcher: every change of the program is a frozen command, and this table says who carries it out.

Pages, API and worker hand their command here; what may be done and what is refused is the handler's to say, so that all
entry points allow and refuse the same. Whoever reads the table has read all that can be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from repairflow.casework import claims, clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.admin import (
    accounts,
    fine_thresholds,
    office_succession,
    offices,
    own_rules,
    roles_and_mandates,
    targets,
)  # fmt: skip
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.cases import (
    calendar_loading,
    held_rows_decision,
    import_jobs,
    receipts,
    record_recount,
    subject_registration,
)  # fmt: skip
from repairflow.casework.cases.filing import file
from repairflow.casework.cases.transition import perform
from repairflow.casework.changes import (
    AddOffice,
    AddPerson,
    AddTarget,
    BeginImport,
    ChangeConsent,
    ChangeOffice,
    ChangeRegistration,
    ChangeRole,
    ChangeTarget,
    ConfirmClock,
    ConfirmImport,
    DecideHeldRow,
    EndSubject,
    IssueNotice,
    LoadCalendar,
    RecountRecords,
    RegisterPerformance,
    RenamePerson,
    RetryPush,
    StateThresholds,
    SucceedOffice,
    SwitchPerson,
    SwitchTarget,
)  # fmt: skip
from repairflow.casework.command_ids import CommandId, Entry
from repairflow.casework.commands import Command, Filing
from repairflow.casework.context import Services
from repairflow.casework.credit_records import duty_performance
from repairflow.casework.documents import publication_notice
from repairflow.casework.documents.revisions import correction, reissue
from repairflow.casework.documents.service import consent, service
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Forbidden

SUPERVISOR = "supervisor"


class Change(Protocol):
    """Any command: it says who asks."""

    @property
    def actor(self) -> Actor: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """How a client sent a command: by which entry point, under which id of its own, and all it said (JSON values)."""

    entry: Entry
    given: str
    said: object


Handler = Callable[
    [Connection, Services, Any, datetime], object
]  # Any: each handler takes the command it stands beside


def dispatch(
    tx: Connection, services: Services, command: Change, now: datetime, sent: Sent | None = None
) -> Any:  # what the command's handler answers: an event, a row, or whether anything changed
    """Carry a command out, in the caller's transaction; gives and raises what its handler does.

    `sent` claims the client's id: from now on this command is the only one at work under it, on any node. The same request
    again goes on to the handler, which answers as it did; another under the same id is a Conflict. KeyError for what is no
    command.
    """
    handler = HANDLERS[type(command)]
    if sent is not None:
        command_id = claims.take(tx, services, command.actor, sent.entry, sent.given, sent.said, now)
        command = _under(command, command_id)
    return handler(tx, services, command, now)


def _under(command: Any, command_id: CommandId) -> Any:  # the same command, of whatever type
    """The command under its claimed id, where its event keeps one."""
    return replace(command, command_id=command_id) if hasattr(command, "command_id") else command


def _consent(tx: Connection, services: Services, given: ChangeConsent, now: datetime) -> None:
    (consent.agree if given.given else consent.disagree)(tx, given.actor, given.subject_id, now)


def _held_row(tx: Connection, services: Services, given: DecideHeldRow, now: datetime) -> str:
    return held_rows_decision.decide(
        tx, services, given.actor, given.held_id, accept=given.accept, reason=given.reason, now=now
    )


def _import(tx: Connection, services: Services, given: BeginImport, now: datetime) -> None:
    """For an office whose cases the actor handles. Forbidden otherwise."""
    if given.office_id not in {place.id for place in import_queries.offices(tx, given.actor)}:
        raise Forbidden("导入由各单位的办理人员使用，您在这个单位没有这样的岗位。")
    import_jobs.begin(
        tx, given.actor, given.token, office_id=given.office_id, file_name=given.file_name,
        file_digest=given.file_digest, now=now,
    )  # fmt: skip


def _calendar(tx: Connection, services: Services, given: LoadCalendar, now: datetime) -> calendar_loading.Plan:
    """By a system administrator. Forbidden otherwise."""
    role = capacity(given.actor, SYSTEM_ADMIN)
    return calendar_loading.load(tx, services.law_store, given.content, given.where, given.actor, role, now)


def _clock(tx: Connection, services: Services, given: ConfirmClock, now: datetime) -> int:
    """By a supervisor or a system administrator. Forbidden otherwise."""
    role = SUPERVISOR if given.actor.has_role(SUPERVISOR) else capacity(given.actor, SYSTEM_ADMIN)
    return clock_guard.confirmed_by(tx, given.actor, role, now)


def _retry(tx: Connection, services: Services, given: RetryPush, now: datetime) -> bool:
    """By a supervisor, or the head of an office whose push it is. NotFound or Forbidden otherwise."""
    push_queries.one(tx, given.actor, given.push)
    if not given.actor.has_role(SUPERVISOR, "head"):
        raise Forbidden("重新推送由监督人员或者单位负责人办理。")
    return receipts.retry(tx, given.actor, given.push, now)


def _confirm_import(tx: Connection, services: Services, given: ConfirmImport, now: datetime) -> bool:
    """For a table of an office whose cases the actor handles. NotFound otherwise."""
    import_queries.run(tx, given.actor, given.token, worked=True)
    return import_jobs.confirm(tx, given.token, given.actor, now)


def _person(tx: Connection, services: Services, given: SwitchPerson, now: datetime) -> bool:
    return (accounts.enable if given.on else accounts.disable)(tx, given.actor, given.login, now)


def _role(tx: Connection, services: Services, given: ChangeRole, now: datetime) -> bool:
    """Whether the post was granted anew; taking one back says nothing but that it was done."""
    if given.held:
        return roles_and_mandates.grant(tx, given.actor, given.login, given.role, given.office, now)
    roles_and_mandates.revoke(tx, given.actor, given.login, given.role, given.office, now)
    return True


def _target(tx: Connection, services: Services, given: ChangeTarget, now: datetime) -> object:
    return targets.change(tx, services.vault, given.actor, given.code, given.given, now, renew=given.renew)


def _thresholds(tx: Connection, services: Services, given: StateThresholds, now: datetime) -> bool:
    statement = fine_thresholds.Statement(
        given.office_id, given.minor_below_wan, given.serious_from_wan, given.document, given.document_day
    )
    return fine_thresholds.state(tx, given.actor, statement, now)


def _recount(tx: Connection, services: Services, given: RecountRecords, now: datetime) -> record_recount.Recount:
    """By the legal reviewer of the office; of all offices by the operator of the installation. Forbidden otherwise."""
    operator = given.actor.id is None and given.actor.kind == "system"
    if not operator and given.office_id not in own_rules.offices_of(given.actor):
        raise Forbidden("重新分类由本单位的法制审核人员办理。")
    role = "operator" if operator else own_rules.ROLE
    return record_recount.apply(tx, services, given.office_id, given.actor, role, now)


HANDLERS: Mapping[type, Handler] = {
    # a case
    Command: perform,
    Filing: file,
    # a letter
    service.Service: service.serve,
    service.Withdrawal: service.withdraw,
    correction.Correction: correction.correct,
    correction.WithdrawLetter: lambda tx, _, given, now: correction.withdraw(tx, given, now),
    reissue.Reissue: reissue.propose,
    reissue.Decision: reissue.issue,
    reissue.DeclineReissue: lambda tx, _, given, now: reissue.decline(tx, given, now),
    ChangeConsent: _consent,
    IssueNotice: lambda tx, at, given, now: publication_notice.issue(tx, at, given.actor, given.record, now),
    # a record
    StateThresholds: _thresholds,
    RecountRecords: _recount,
    RegisterPerformance: duty_performance.register,
    DecideHeldRow: _held_row,
    BeginImport: _import,
    ConfirmImport: _confirm_import,
    # a subject
    ChangeRegistration: lambda tx, _, given, now: subject_registration.change(tx, given, now),
    EndSubject: lambda tx, _, given, now: subject_registration.end(tx, given, now),
    # a push
    RetryPush: _retry,
    # the installation
    LoadCalendar: _calendar,
    ConfirmClock: _clock,
    AddOffice: lambda tx, at, given, now: offices.add(tx, at.law, given.actor, given.given, now),
    ChangeOffice: lambda tx, at, given, now: offices.change(tx, at.law, given.actor, given.code, given.given, now),
    SucceedOffice: lambda tx, _, given, now: office_succession.succeed(tx, given, now),
    AddPerson: lambda tx, _, given, now: accounts.add(tx, given.actor, given.login, given.name, given.kind, now),
    RenamePerson: lambda tx, _, given, now: accounts.rename(tx, given.actor, given.login, given.name, now),
    SwitchPerson: _person,
    ChangeRole: _role,
    AddTarget: lambda tx, at, given, now: targets.add(tx, at.vault, given.actor, given.given, now),
    ChangeTarget: _target,
    SwitchTarget: lambda tx, _, given, now: targets.switch(tx, given.actor, given.code, given.on, now),
}
"""Who carries out what. A push is waived by a step of its case (`waive_push`)."""
