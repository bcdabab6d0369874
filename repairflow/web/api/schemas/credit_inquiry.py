"""What is asked and answered about the standing of organisations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from repairflow.web.api.schemas.changes import Made
from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Request


class StandingRequest(Request):
    """Whom one asks about, and for what."""

    purpose: str = Field(max_length=200, description="查询目的，如政府采购资格审查")
    codes: list[str] = Field(min_length=1, max_length=10_000, description="统一社会信用代码；有误的在答复中说明")


class ShownRecord(Answer):
    """A record that the public sees."""

    number: str
    kind: str
    document_number: str
    decision_date: date
    severity: str
    disputed: bool = Field(description="异议处理中")
    until: date | None = Field(description="最长公示期届满日")
    period_confirmed: bool = Field(
        description="公示期是否已经与公布的文本核对，或者由认定单位确认；否：待核实，或者失信程度是暂定的"
    )
    authority: str
    list_kind: str | None = Field(description="是名单条目的，名单的编码")


class MeasureInForce(Answer):
    """A measure in force."""

    code: str
    label: str
    office: str
    imposed_on: date
    until: date | None


class StandingAnswer(Answer):
    """What stands of one code."""

    row: int = Field(description="在请求中的次序，从 1 起")
    code: str = Field(description="有误的代码不重复，为空")
    problem: str | None = Field(description="代码有误的，错在哪里")
    name: str | None = Field(description="本系统没有该单位的，为空")
    listed: bool = Field(description="有没有公示中的失信信息")
    records: list[ShownRecord]
    measures: list[MeasureInForce]


class StandingsAnswer(Answer):
    """What stands of each code, in the order asked."""

    items: list[StandingAnswer]


class InquiryMade(Made):
    """A question about many organisations that the worker answers."""

    token: str = Field(description="这次批量查询的标识")


class InquiryProgress(Answer):
    """How far it is."""

    token: str
    purpose: str
    state: Literal["running", "stopped", "failed", "done"]
    done: int = Field(description="已答复的行数")
    total: int
    faulty: int = Field(description="有误的代码数")
    listed: int = Field(description="已答复的行中有公示中的失信信息的")
    message: str | None = Field(description="没有完成的，原因")
    started_at: datetime
    ended_at: datetime | None
