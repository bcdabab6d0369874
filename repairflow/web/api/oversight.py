"""Pushes and due days that wait for a person, the time and its calendars, over the API."""

from __future__ import annotations

from repairflow.casework.cases.calendar_loading import Plan
from repairflow.casework.changes import (
    ConfirmClock,
    ConfirmProvisional,
    LoadCalendar,
    MindJob,
    MindPush,
    RetryPush,
    RetryPushes,
    SettleStuck,
)
from repairflow.casework.queries.oversight import failed_jobs, pushes
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import (
    CalendarMade,
    CalendarRequest,
    ChangeMade,
    ClockMade,
    FiredMade,
    Nothing,
    ReasonRequest,
)
from repairflow.web.api.schemas.pushes import (
    JobLine,
    NoteRequest,
    PushesAnswer,
    PushesRequest,
    PushLine,
    RetriedMade,
    SettledMade,
    SettleRequest,
)
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(HTTP_200=PushesAnswer), operation_id="list_pushes", tags=["oversight"])
def list_pushes() -> PushesAnswer:
    """没有送达的推送，受阻的事项

    停止重试的在前，其后是没有成功、仍在自动重试的，再后是排队的；另列失败的后台任务。取消一件推送是其办件的一步。
    """
    here = current()
    with here.read() as tx:
        given_up, failing = pushes.dead(tx, here.actor), pushes.failing(tx, here.actor)
        found = (*given_up, *failing, *pushes.waiting(tx, here.actor, untried=True))
        failed = failed_jobs.failed(tx, here.actor)
    return PushesAnswer(items=[_push(row) for row in found], jobs=[_job(row) for row in failed])


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="retry_push", tags=["oversight"])
def retry_push(push_id: int, json: Nothing, headers: Keyed) -> ChangeMade:
    """重新推送

    停止重试的推送从头再试；由监督人员或者单位负责人办理。
    """
    return changed(RetryPush(writer(current()), push_id), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=RetriedMade), operation_id="retry_pushes", tags=["oversight"])
def retry_pushes(json: PushesRequest, headers: Keyed) -> RetriedMade:
    """一并重试

    停止重试的从头再试，仍在自动重试的立即再试，失败的后台任务继续执行；回答重新排入的件数，已不再受阻的不动。
    由监督人员或者单位负责人办理。
    """
    given = RetryPushes(writer(current()), tuple(json.pushes), tuple(json.jobs))
    return make(RetriedMade, given, sent(headers), lambda done: {"changed": done > 0, "retried": done})


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="mind_push", tags=["oversight"])
def mind_push(push_id: int, json: NoteRequest, headers: Keyed) -> ChangeMade:
    """跟进一件推送

    记下与对方核对的情况；由监督人员或者单位负责人办理。
    """
    return changed(MindPush(writer(current()), push_id, json.note), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=SettledMade), operation_id="settle_stuck", tags=["oversight"])
def settle_stuck(json: SettleRequest, headers: Keyed) -> SettledMade:
    """标记已处理

    停止重试的推送、文书、消息和失败的后台任务，确认没有需要再做的；未办结办件的推送和有效文书除外。由监督人员或者单位负责人办理。
    """
    given = SettleStuck(writer(current()), tuple(json.pushes), tuple(json.jobs), json.reason)
    return make(SettledMade, given, sent(headers), lambda done: {"changed": done > 0, "settled": done})


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="mind_job", tags=["oversight"])
def mind_job(job_id: int, json: NoteRequest, headers: Keyed) -> ChangeMade:
    """跟进一个失败的后台任务

    记下查明的情况；由监督人员或者单位负责人办理。
    """
    return changed(MindJob(writer(current()), job_id, json.note), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=FiredMade), operation_id="confirm_due_day", tags=["oversight"])
def confirm_due_day(number: str, clock: str, json: ReasonRequest, headers: Keyed) -> FiredMade:
    """确认暂定的届满日

    到期处理立即执行，不能撤回；由监督人员办理。
    """
    given = ConfirmProvisional(writer(current()), number, clock, json.reason)
    return make(FiredMade, given, sent(headers), lambda rung: {"rung": rung})


@api.validate(resp=answers(409, 415, 429, HTTP_200=ClockMade), operation_id="confirm_clock", tags=["oversight"])
def confirm_clock(json: Nothing, headers: Keyed) -> ClockMade:
    """确认系统时间

    暂停的到期处理立即继续，不能撤回；由监督人员或者系统管理员办理。
    """

    def answer(freed: int | None) -> dict[str, object]:
        return {"changed": freed is not None, "freed": freed or 0}

    return make(ClockMade, ConfirmClock(writer(current())), sent(headers), answer)


@api.validate(resp=answers(409, 415, 429, HTTP_200=CalendarMade), operation_id="load_calendar", tags=["installation"])
def load_calendar(json: CalendarRequest, headers: Keyed) -> CalendarMade:
    """载入工作日历

    变动的届满日记入留痕并告知有关人员；由系统管理员办理。
    """

    def answer(plan: Plan) -> dict[str, object]:
        return {"changed": plan.new, "moved": len(plan.moved)}

    content = json.content.replace("\r\n", "\n")
    return make(CalendarMade, LoadCalendar(writer(current()), content, json.where), sent(headers), answer)


def _push(row: pushes.PushRow) -> PushLine:
    return PushLine(
        id=row.id, kind=row.kind, state=row.state, attempts=row.attempts, next_at=row.next_at, target=row.target_code,
        case=row.case_number, record=row.record_number, topic=row.topic, error=row.last_error, minder=row.minder,
        note=row.note,
    )  # fmt: skip


def _job(row: failed_jobs.FailedJob) -> JobLine:
    return JobLine(
        id=row.id, kind=row.kind, attempts=row.attempts, asked_at=row.created_at, ended_at=row.ended_at,
        error=row.error, minder=row.minder, note=row.note,
    )  # fmt: skip
