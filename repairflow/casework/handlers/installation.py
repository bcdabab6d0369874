"""Offices, the platforms that are pushed to, and what is stuck on its way to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.admin import (
    exchange_keys,
    office_succession,
    offices,
    succession_undone,
    target_tests,
    targets,
)
from repairflow.casework.cases import failed_jobs, receipts, unfounded_lapse
from repairflow.casework.changes import (
    AddOffice,
    AddTarget,
    AnswerOfPlatform,
    CapturePage,
    ChangeOffice,
    ChangeTarget,
    ChasePlatform,
    ChooseMessages,
    CorrectAnswerOfPlatform,
    MindJob,
    MindPush,
    NoteTargetTest,
    ReportCopy,
    RetryPush,
    RetryPushes,
    RotateExchangeKey,
    SettleStuck,
    SucceedOffice,
    SwitchTarget,
    TakeBackSuccession,
    WriteToPlatform,
)
from repairflow.casework.changes.installation import MOST_RETRIED
from repairflow.casework.context import Services
from repairflow.casework.documents import platform_letters
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import demanded_text
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.outbound import (
    answer_corrections,
    page_captures,
    platform_answers,
    platform_copies,
    sync_findings,
)
from repairflow.casework.queries.oversight import failed_jobs as job_queries
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.errors import Forbidden, Invalid

LONGEST_NOTE = 500


def _office(tx: Connection, services: Services, given: ChangeOffice, now: datetime) -> offices.Saved:
    """Return what waited for the office's settings is looked at again by the next sweep."""
    saved = offices.change(tx, services.law, given.actor, given.code, given.given, now)
    unfounded_lapse.free_of(tx, office_by_code(tx, given.code).id)
    return saved


def _target(tx: Connection, services: Services, given: ChangeTarget, now: datetime) -> object:
    return targets.change(tx, services.vault, given, now)


def _choose_messages(tx: Connection, services: Services, given: ChooseMessages, now: datetime) -> bool:
    wanted = ChangeTarget(given.actor, given.code, {}, given.kinds)
    return bool(targets.change(tx, services.vault, wanted, now).changed)


def _retry(tx: Connection, services: Services, given: RetryPush, now: datetime) -> bool:
    """By a supervisor, or the head of an office whose push it is. NotFound or Forbidden otherwise."""
    push_queries.one(tx, given.actor, given.push)
    _minds(given.actor)
    return receipts.retry(tx, given.actor, given.push, now)


def _minds(actor: Actor) -> None:
    """Raise Forbidden for who may not see to what is stuck."""
    if not actor.has_role("supervisor", "head"):
        raise Forbidden("受阻的推送和任务由监督人员或者单位负责人处理。")


def _chosen(tx: Connection, given: RetryPushes | SettleStuck) -> tuple[list[int], list[int]]:
    """Return the rows and jobs that were chosen, each once, oldest first: the order of their lanes.

    Raises Invalid for none or too many, NotFound for what the actor may not see, Forbidden.
    """
    pushes, waiting_jobs = sorted(set(given.pushes)), sorted(set(given.jobs))
    if not 1 <= len(pushes) + len(waiting_jobs) <= MOST_RETRIED:
        raise Invalid(f"请选择 1 到 {MOST_RETRIED} 项。")
    for push in pushes:
        push_queries.one(tx, given.actor, push)
    for job in waiting_jobs:
        job_queries.one(tx, given.actor, job)
    _minds(given.actor)
    return pushes, waiting_jobs


def _retry_all(tx: Connection, services: Services, given: RetryPushes, now: datetime) -> int:
    """Return how many are tried again: those that still are stuck. Raises as `_chosen`."""
    pushes, failed = _chosen(tx, given)
    tried = sum(receipts.retry(tx, given.actor, one, now) for one in pushes)
    return tried + sum(failed_jobs.retry(tx, given.actor, one, now) for one in failed)


def _settle(tx: Connection, services: Services, given: SettleStuck, now: datetime) -> int:
    """Return how many were settled: those that still were given up. Raises as `_chosen`, Invalid for a reason that is empty or too
    long and where something is left to do; then none is settled."""
    pushes, failed = _chosen(tx, given)
    reason = _words(given.reason, "reason", "处理的理由", "请写明怎样处理的，或者为什么不再需要")
    settled = sum(receipts.settle(tx, given.actor, one, reason, now) for one in pushes)
    return settled + sum(failed_jobs.settle(tx, given.actor, one, reason, now) for one in failed)


def _words(given: str, field: str, label: str, lacking: str) -> str:
    """Return what somebody wrote. Raises Invalid naming the field."""
    return demanded_text(given, LONGEST_NOTE, field, label, lacking, "没有保存。")


def _mind(tx: Connection, _: Services, given: MindPush, now: datetime) -> None:
    """By whoever may send it again. Raises as for that, Invalid for a note that is empty or too long."""
    push_queries.one(tx, given.actor, given.push)
    _minds(given.actor)
    note = _words(given.note, "note", "跟进情况", "请写明与对方核对的情况")
    receipts.mind(tx, given.actor, given.push, note, now)


def _mind_job(tx: Connection, _: Services, given: MindJob, now: datetime) -> None:
    """As `_mind`."""
    job_queries.one(tx, given.actor, given.job)
    _minds(given.actor)
    note = _words(given.note, "note", "跟进情况", "请写明查明的情况")
    failed_jobs.mind(tx, given.actor, given.job, note, now)


HANDLERS: Table = {
    AddOffice: lambda tx, at, given, now: offices.add(tx, at.law, given.actor, given.given, now),
    ChangeOffice: _office,
    SucceedOffice: lambda tx, _, given, now: office_succession.succeed(tx, given, now),
    TakeBackSuccession: lambda tx, _, given, now: succession_undone.take_back(tx, given, now),
    AddTarget: lambda tx, at, given, now: targets.add(tx, at.vault, given, now),
    ChangeTarget: _target,
    ChooseMessages: _choose_messages,
    SwitchTarget: lambda tx, _, given, now: targets.switch(tx, given.actor, given.code, given.on, now),
    ChasePlatform: lambda tx, at, given, now: sync_findings.chase(tx, at.law, given.actor, given.finding, now),
    CapturePage: lambda tx, _, given, now: page_captures.ask(tx, given.actor, given.finding, now),
    ReportCopy: lambda tx, _, given, now: platform_copies.report(tx, given, now),
    WriteToPlatform: lambda tx, at, given, now: platform_letters.write(tx, at, given.actor, given.finding, now),
    AnswerOfPlatform: lambda tx, _, given, now: platform_answers.answer(tx, given, now),
    CorrectAnswerOfPlatform: lambda tx, _, given, now: answer_corrections.correct(tx, given, now),
    NoteTargetTest: lambda tx, _, given, now: target_tests.note(tx, given.actor, given.code, given.findings, now),
    RotateExchangeKey: lambda tx, at, given, now: exchange_keys.rotate(tx, at.vault, given.actor, given.at_once, now),
    RetryPush: _retry,
    RetryPushes: _retry_all,
    MindPush: _mind,
    MindJob: _mind_job,
    SettleStuck: _settle,
}
"""A push is waived by a step of its case (`waive_push`)."""
