"""What programs ask to be changed beside steps of a case, and what they are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Name, Request, Token

Reason = Annotated[str, StringConstraints(max_length=2000)]
Line = Annotated[str, StringConstraints(max_length=500)]


class Made(Answer):
    """What came of a change."""

    replayed: bool = Field(description="同一请求编号此前已办理，未重复办理")


class ChangeMade(Made):
    """A change that may have found everything as it should be."""

    changed: bool = Field(description="有改动；为 false 时内容相同或者没有等待办理的事项")


class Nothing(Request):
    """A request that says all by its address."""


class ReasonRequest(Request):
    """A request that gives its reason."""

    reason: Reason = Field(description="理由")


class SwitchRequest(Request):
    """On, or off."""

    on: bool = Field(description="true：启用；false：停用")


class MessagesRequest(Request):
    """Which kinds of messages a platform takes."""

    kinds: list[Name] = Field(description="报文种类，如 record_changed、act_changed；全部种类即全部接收", max_length=50)


class ServiceRequest(Request):
    """How a letter was served."""

    mode: Name = Field(description="送达方式：direct、post、electronic、leave、announcement")
    served_at: datetime = Field(description="送达时间；未写时区的为北京时间")
    recipient: Line = Field("", description="签收人；公告送达的不填")
    place: Line = Field("", description="送达地点")
    witness: Line = Field("", description="见证人；留置送达须填写")
    note: Line = Field("", description="备注")
    material: Token | None = Field(
        None, description="送达凭证：POST /materials（kind 为 service_evidence）给出的材料标识；电子送达不需要"
    )


class ServiceMade(Made):
    """How a letter counts as served."""

    mode: str
    served_at: datetime
    effective_day: date = Field(description="视为送达之日")
    withdrawn: bool = Field(description="登记已经撤销")


class CorrectedPart(Request):
    """One slip of the pen."""

    what: Reason = Field(description="项目")
    was: Reason = Field(description="原内容")
    new: Reason = Field(description="更正后")


class CorrectionRequest(Request):
    """A letter to be corrected."""

    reason: Reason = Field(description="更正理由，写入文书")
    changes: list[CorrectedPart] = Field(max_length=30)


class LetterMade(Made):
    """The letter that a change made or ended."""

    token: str
    number: str
    state: str


class WordAnswer(Answer):
    """Words of a letter that may be written again."""

    name: str
    label: str
    value: str
    several: bool = Field(description="每行一项")


class WordsAnswer(Answer):
    """What of a letter may be written again."""

    number: str
    addressee: str
    words: list[WordAnswer]


class ReissueRequest(Request):
    """A letter to be issued anew; what is not given stays as it stands."""

    reason: Reason = Field(description="理由")
    addressee: Annotated[str, StringConstraints(max_length=200)] = Field(description="受文单位")
    words: dict[Name, Annotated[str, StringConstraints(max_length=20000)]] = Field(
        default_factory=dict, description="重写的各项，见 GET /letters/{token}/words"
    )


class ReissueMade(Made):
    """Where a reissue stands."""

    state: str = Field(description="proposed：等待单位负责人决定；issued：已重新出具；declined：不同意")
    letter: str = Field(description="新文书的标识；没有新文书的为原文书")


class ConsentRequest(Request):
    """Whether a subject consents to electronic service."""

    given: bool
    signed_by: Line | None = Field(None, description="同意的，填写本人姓名，作为对电子送达确认书的签署")


class ConsentAnswer(Answer):
    """A subject the caller speaks for, and its consent."""

    subject_id: int
    name: str
    given_by: str | None
    given_at: datetime | None


class ConsentsAnswer(Answer):
    """Every subject the caller speaks for."""

    items: list[ConsentAnswer]


class PerformanceRequest(Request):
    """When duties were performed and conduct was corrected."""

    performed: Line = Field(description="义务履行完毕之日，如 2026-03-01")
    corrected: Line = Field(description="失信行为纠正之日")
    evidence: Reason = Field(description="核实依据")


class BirthdayRequest(Request):
    """When a person was born whose document's number tells no birthday."""

    born: Line = Field(description="出生日期，如 2010-05-20")
    reason: Line = Field("", description="更正的，写明理由（不写出年月日俱全的日期）；首次登记不填")


class AnnulmentRequest(Request):
    """By which document a decision was undone."""

    ground: Literal["court", "reconsideration", "authority", "superior"] = Field(
        description="人民法院、行政复议机关、作出机关自行、上级机关"
    )
    document: Line = Field(description="依据文书及文号")
    day: Line = Field(description="文书日期，如 2026-03-01")
    reason: Reason = Field(description="理由")


class AnnulmentProposed(Made):
    """The held item that waits for the second person."""

    item: int


class HeldDecision(Request):
    """What becomes of a held item."""

    accept: bool
    reason: Reason = Field("", description="理由")


class HeldMade(Made):
    """Where a held item stands."""

    state: str = Field(description="accepted、refused；撤销另须一人确认的为 proposed")


class HeldPart(Answer):
    """One column, as delivered and as it stands here."""

    label: str
    delivered: str
    here: str


class HeldAnswer(Answer):
    """An item that waits for a person."""

    id: int
    kind: str
    label: str
    office: str
    record: str | None
    file_name: str
    row: int | None
    state: str
    parts: list[HeldPart]


class HeldRowsAnswer(Answer):
    """What waits, oldest first, at most one hundred."""

    items: list[HeldAnswer]


class ImportAnswer(Answer):
    """A delivered table."""

    token: str
    file_name: str
    office: str
    state: str = Field(description="checking、checked、running、done、failed、stopped、dropped")
    rows_total: int | None
    rows_done: int | None
    rows_new: int | None
    rows_same: int | None
    rows_refused: int | None
    rows_held: int | None
    message: str | None
    problems: list[ImportProblem] = Field(description="前两百项")


class ImportProblem(Answer):
    """One thing wrong with a row."""

    row: int
    field: str
    reason: str


class ImportMade(Made):
    """The table that was handed in."""

    token: str


class CalendarRequest(Request):
    """A year of working days."""

    content: Annotated[str, StringConstraints(max_length=65536)] = Field(description="日历文件的全文（TOML）")
    where: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        "calendar.toml", description="错误说明中怎样称呼这份文件"
    )


class CalendarMade(ChangeMade):
    """What loading a year did."""

    moved: int = Field(description="变动的届满日")


class ClockMade(ChangeMade):
    """What confirming the time did."""

    freed: int = Field(description="继续处理的到期事项")


class FiredMade(Made):
    """What happened at a due day."""

    rung: str


class OfficeRequest(Request):
    """Fields of an office; what is not given stays as it is."""

    name: Line | None = Field(None, description="单位名称")
    short_name: Line | None = Field(None, description="简称")
    mark: Line | None = Field(None, description="机关代字")
    kind: Literal["credit_office", "authority", "provider", "regulator"] | None = Field(None, description="类别")
    uscc: Line | None = Field(None, description="统一社会信用代码")
    division_code: Line | None = Field(None, description="行政区划代码")
    parent: Line | None = Field(None, description="上级单位的编码")
    contact: Line | None = Field(None, description="联系方式")
    domain: Name | None = Field(None, description="领域")
    review_organs: Line | None = Field(None, description="行政复议机关")
    court: Line | None = Field(None, description="管辖法院")
    review_channel: Line | None = Field(None, description="行政复议互联网渠道")
    closes_at: Line | None = Field(None, description="窗口停止办理时间，如 17:30；空表示24时")


class NewOfficeRequest(OfficeRequest):
    """A new office."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(description="单位编码")


class OfficeMade(ChangeMade):
    """An office as it was saved."""

    code: str
    warnings: list[str] = Field(description="已保存，但应当核对的情况")


class NewPersonRequest(Request):
    """A new account, closed until its person sets a password."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(description="登录名")
    name: Line = Field(description="姓名")
    kind: Literal["staff", "agent"] = Field(description="staff：单位人员；agent：当事人或者代理人")


class NameRequest(Request):
    """Another name."""

    name: Line = Field(description="姓名")


class PersonMade(Made):
    """A new account."""

    login: str
