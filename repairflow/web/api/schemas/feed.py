"""What is asked and answered about changes before the public."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Request


class FeedRequest(Request):
    """From where to read on."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="上一次得到的 next；0 从头读起")
    limit: int = Field(200, ge=1, le=1000, description="至多几条")


class FeedRecord(Answer):
    """A record as the public sees it now."""

    name: str | None = Field(description="单位名称；个体工商户的名称可能就是经营者的姓名，不列，以统一社会信用代码为准")
    uscc: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: str
    disputed: bool = Field(description="异议处理中")
    publish_from: date | None
    until: date | None = Field(description="最长公示期届满日")
    period_confirmed: bool = Field(
        description="公示期是否已经与公布的文本核对，或者由认定单位确认；否：待核实，或者失信程度是暂定的"
    )
    authority: str


class FeedEntry(Answer):
    """One change."""

    position: int
    at: datetime
    number: str = Field(description="信息编号")
    shown: bool = Field(description="现在是否公示；否的，请删除这条信息，不再使用")
    record: FeedRecord | None = Field(description="现在公示的内容；不公示的，没有")


class FeedAnswer(Answer):
    """Changes in order."""

    items: list[FeedEntry]
    next: int = Field(description="下一次从这里读起；没有新的变动时不变")
