"""What the API tells of cases."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from repairflow.web.api.schemas.common import Answer, OfficeAnswer, SubjectAnswer


class MaterialReceived(Answer):
    """An uploaded file, to be taken up by a filing or a step."""

    token: str
    kind: str
    file_name: str
    size: int


class EventMade(Answer):
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


class ProcedureAnswer(Answer):
    """The procedure a case follows until it ends."""

    name: str
    version: str
    label: str
    pack: str


class CaseLineAnswer(Answer):
    """A case in a list."""

    number: str
    procedure: str
    state: str
    state_label: str
    outcome: str | None
    subject: SubjectAnswer
    record: str | None
    document_number: str
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    days_left: int | None = Field(description="距届满的工作日数；负数为已超期")
    materials: int


class CasesAnswer(Answer):
    """One page of cases; `next` is null on the last."""

    items: list[CaseLineAnswer]
    next: str | None


class ChoiceAnswer(Answer):
    """One choice of a closed list."""

    code: str
    label: str


class InputAnswer(Answer):
    """One thing an action asks."""

    name: str
    label: str
    kind: str
    required: bool
    choices: list[ChoiceAnswer]


class OptionAnswer(Answer):
    """One action that leaves the case's state: who may take it and what stands in the way."""

    action: str
    label: str
    roles: list[str]
    mine: bool
    open: bool
    obstacles: list[str]
    inputs: list[InputAnswer]
    reason: bool = Field(description="须写明理由")
    grounds: list[ChoiceAnswer]
    materials: bool = Field(description="随此动作提交材料")
    letter: str | None
    adverse: bool


class MaterialAnswer(Answer):
    """A material of a case."""

    token: str
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_at: datetime


class PushAnswer(Answer):
    """What was told to which platform."""

    target: str
    name: str
    state: str
    attempts: int
    next_at: datetime | None


class OfficesAnswer(Answer):
    """The three offices of a case."""

    receiving: OfficeAnswer
    deciding: OfficeAnswer
    provider: OfficeAnswer


class RecordOfCase(Answer):
    """The record a case is about."""

    number: str
    document_number: str
    behaviour: str
    severity: str
    state: str


class CaseAnswer(Answer):
    """One case."""

    number: str
    version: int
    procedure: ProcedureAnswer
    state: str
    state_label: str
    outcome: str | None
    channel: str
    filed_at: datetime
    closed_at: datetime | None
    due_day: date | None
    subject: SubjectAnswer
    record: RecordOfCase | None
    act: str | None = Field(description="针对行政许可等信息的，其编号；其他为 null")
    offices: OfficesAnswer
    chain_head: str
    options: list[OptionAnswer]
    materials: list[MaterialAnswer]
    pushes: list[PushAnswer]


class GuardAnswer(Answer):
    """What a guard answered."""

    guard: str
    ok: bool
    text: str


class EventAnswer(Answer):
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
    answers: list[GuardAnswer]
    inputs: dict[str, object] | None
    letter: str | None
    digest: str
    prev: str
    position: int | None


class EventsAnswer(Answer):
    """The whole trail of a case, oldest first."""

    case: str
    version: int
    items: list[EventAnswer]


class DayAnswer(Answer):
    """One day of a count."""

    date: date
    counts: bool
    why: str


class DeadlineAnswer(Answer):
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
    days: list[DayAnswer]


class DeadlinesAnswer(Answer):
    """All limits of a case, ended ones too."""

    case: str
    items: list[DeadlineAnswer]
