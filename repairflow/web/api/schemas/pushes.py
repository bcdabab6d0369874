"""What is asked and answered about pushes that do not get through."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from repairflow.web.api.schemas.changes import ChangeMade, Line
from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Request


class PushesRequest(Request):
    """What is stuck."""

    pushes: list[int] = Field(default_factory=list, max_length=200, description="推送编号，见 GET /pushes")
    jobs: list[int] = Field(default_factory=list, max_length=200, description="后台任务编号，见 GET /pushes")


class SettleRequest(PushesRequest):
    """What was given up and needs nothing more, and why."""

    reason: Line = Field(description="怎样处理的，或者为什么不再需要")


class NoteRequest(Request):
    """What was found out about a push."""

    note: Line = Field(description="与对方核对的情况")


class RetriedMade(ChangeMade):
    """What sending several pushes again did."""

    retried: int = Field(description="重新排入的件数")


class SettledMade(ChangeMade):
    """What marking as settled did."""

    settled: int = Field(description="标记为已处理的件数")


class PushLine(Answer):
    """A push that has not arrived."""

    id: int
    kind: str
    state: str
    attempts: int
    next_at: datetime | None
    target: str | None
    case: str | None
    record: str | None
    topic: str = Field(description="push：推送；press：文书制作；follow：关联办件处理；mail、sms 及 link.*：给人的消息")
    error: str | None = Field(description="最近一次没有成功的原因")
    minder: str | None = Field(description="跟进人")
    note: str | None = Field(description="跟进情况")


class JobLine(Answer):
    """A job that failed."""

    id: int
    kind: str
    attempts: int
    asked_at: datetime
    ended_at: datetime | None
    error: str | None
    minder: str | None = Field(description="跟进人")
    note: str | None = Field(description="跟进情况")


class PushesAnswer(Answer):
    """Pushes that were given up, then those that failed and are tried again, then those on their way; failed jobs."""

    items: list[PushLine]
    jobs: list[JobLine]
