"""What the API answers, as pydantic models; the OpenAPI description is made from them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    """An answer; never changed once made."""

    model_config = ConfigDict(frozen=True)


class RefusalTold(Told):
    """One reason why the law does not allow it."""

    code: str
    text: str
    basis: list[str]


class ProblemTold(Told):
    """One thing wrong with what was sent."""

    where: str
    text: str


class Problem(Told):
    """RFC 9457 problem details. Nothing of what was sent is repeated."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    refusals: list[RefusalTold] | None = Field(None, description="422：依照程序规定不能办理的全部原因")
    problems: list[ProblemTold] | None = Field(None, description="422：填写有误的各项")
    current_version: int | None = Field(None, description="409：办件现在的版本")


class OfficeTold(Told):
    """An office."""

    code: str
    name: str


class SubjectTold(Told):
    """A subject (信用主体)."""

    name: str
    uscc: str | None


class PublicityTold(Told):
    """Publicity days; the last days are the last on which it is shown."""

    start: date | None
    minimum_until: date | None
    apply_from: date | None
    maximum_until: date | None


class RecordLineTold(Told):
    """A record in a list."""

    number: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: str
    state: str
    subject: SubjectTold
    authority: OfficeTold
    publicity: PublicityTold


class RecordsTold(Told):
    """One page of records; `next` is null on the last."""

    items: list[RecordLineTold]
    next: str | None


class OpeningTold(Told):
    """A procedure as it may be filed on a record."""

    procedure: str
    label: str
    open: bool
    obstacles: list[str]
    days: int = Field(description="还有几天可以提出")
    case: str | None = Field(description="已在办理的同类办件")


class MeasureTold(Told):
    """A measure that hangs on a record."""

    label: str
    imposed_on: date
    lifted_at: datetime | None


class RecordTold(RecordLineTold):
    """One record."""

    state_label: str
    class_label: str
    public: bool
    facts: str
    penalty_content: str
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    note: str | None
    version: int
    measures: list[MeasureTold]
    cases: list[str]
    openings: list[OpeningTold]


class MaterialReceived(Told):
    """An uploaded file, to be taken up by a filing or a step."""

    token: str
    kind: str
    file_name: str
    size: int


class EventMade(Told):
    """What came of a filing or an action."""

    case: str
    version: int
    seq: int
    action: str
    from_state: str | None
    to_state: str | None
    at: datetime
    digest: str
    letter: str | None = Field(description="制发的文书的文号")
    replayed: bool = Field(description="同一请求编号此前已办理，未重复办理")


class ProcedureTold(Told):
    """The procedure a case follows until it ends."""

    name: str
    version: str
    label: str
    pack: str


class CaseLineTold(Told):
    """A case in a list."""

    number: str
    procedure: str
    state: str
    state_label: str
    outcome: str | None
    subject: SubjectTold
    record: str | None
    document_number: str
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    days_left: int | None = Field(description="距届满的工作日数；负数为已超期")
    materials: int


class CasesTold(Told):
    """One page of cases; `next` is null on the last."""

    items: list[CaseLineTold]
    next: str | None


class ChoiceTold(Told):
    """One choice of a closed list."""

    code: str
    label: str


class InputTold(Told):
    """One thing an action asks."""

    name: str
    label: str
    kind: str
    required: bool
    choices: list[ChoiceTold]


class OptionTold(Told):
    """One action that leaves the case's state: who may take it and what stands in the way."""

    action: str
    label: str
    roles: list[str]
    mine: bool
    open: bool
    obstacles: list[str]
    inputs: list[InputTold]
    reason: bool = Field(description="须写明理由")
    grounds: list[ChoiceTold]
    materials: bool = Field(description="随此动作提交材料")
    letter: str | None
    adverse: bool


class MaterialTold(Told):
    """A material of a case."""

    token: str
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_at: datetime


class PushTold(Told):
    """What was told to which platform."""

    target: str
    name: str
    state: str
    attempts: int
    next_at: datetime | None


class OfficesTold(Told):
    """The three offices of a case."""

    receiving: OfficeTold
    deciding: OfficeTold
    provider: OfficeTold


class CaseTold(Told):
    """One case."""

    number: str
    version: int
    procedure: ProcedureTold
    state: str
    state_label: str
    outcome: str | None
    channel: str
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    subject: SubjectTold
    record: RecordOfCase | None
    offices: OfficesTold
    chain_head: str
    options: list[OptionTold]
    materials: list[MaterialTold]
    pushes: list[PushTold]


class RecordOfCase(Told):
    """The record a case is about."""

    number: str
    document_number: str
    behaviour: str
    severity: str
    state: str


class AnswerTold(Told):
    """What a guard answered."""

    guard: str
    ok: bool
    text: str


class EventTold(Told):
    """One event of the trail. `inputs` are shown to officers only."""

    seq: int
    action: str
    label: str
    at: datetime
    actor: str
    role: str
    from_state: str | None
    to_state: str | None
    reason: str
    ground: str
    basis: list[str]
    answers: list[AnswerTold]
    inputs: dict[str, Any] | None
    letter: str | None
    digest: str
    prev: str
    position: int | None


class EventsTold(Told):
    """The whole trail of a case, oldest first."""

    case: str
    version: int
    items: list[EventTold]


class DayTold(Told):
    """One day of a count."""

    date: date
    counts: bool
    why: str


class DeadlineTold(Told):
    """One run of one limit with its proof day by day."""

    clock: str
    label: str
    owner: str
    state: str
    started_on: date
    due_day: date | None
    provisional: bool
    verified: bool
    days_total: int | None
    days_used: int | None
    days_remaining: int | None
    overdue: bool
    explain: str
    days: list[DayTold]


class DeadlinesTold(Told):
    """All limits of a case, ended ones too."""

    case: str
    items: list[DeadlineTold]


class LetterTold(Told):
    """A letter of a case."""

    token: str
    kind: str
    title: str
    number: str
    state: str
    issued_at: datetime
    event_seq: int
    text_digest: str
    pdf_digest: str | None
    pdf_size: int | None
    pdf: str | None = Field(description="PDF 的地址；尚在生成时为空")
    verify: str = Field(description="公开查验的地址")


class LettersTold(Told):
    """The letters of a case, newest first."""

    case: str
    items: list[LetterTold]


class VerifiedTold(Told):
    """A letter as the public may see it."""

    title: str
    number: str
    issued_at: datetime
    office: str
    subject: str
    state: str
    state_label: str
    superseded_by: str | None
    pdf_digest: str | None
    text_digest: str
    chain_head: str
    genuine: bool = Field(description="文号、种类、内容摘要与办理留痕一致")
    position: int | None = Field(description="在审计日志中的位置")
    anchored: bool = Field(description="已有签名检查点覆盖")


CaseTold.model_rebuild()
