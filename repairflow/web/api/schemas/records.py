"""What the API tells of records."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from repairflow.web.api.schemas.common import Answer, OfficeAnswer, SubjectAnswer


class PublicityAnswer(Answer):
    """Publicity days; the last days are the last on which it is shown."""

    start: date | None
    minimum_until: date | None
    apply_from: date | None
    maximum_until: date | None


class RecordLineAnswer(Answer):
    """A record in a list."""

    number: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: str
    state: str
    subject: SubjectAnswer
    authority: OfficeAnswer
    publicity: PublicityAnswer
    period_confirmed: bool = Field(
        description="公示期是否已经与公布的文本核对，或者由认定单位确认；否：待核实，或者失信程度是暂定的"
    )


class RecordsAnswer(Answer):
    """One page of records; `next` is null on the last."""

    items: list[RecordLineAnswer]
    next: str | None


class OpeningAnswer(Answer):
    """A procedure as it may be filed on a record."""

    procedure: str
    label: str
    open: bool
    obstacles: list[str]
    days: int = Field(description="还有几天可以提出")
    case: str | None = Field(description="已在办理的同类办件")
    taken: bool = Field(description="现在提出，系统是否收下；收下以后是否受理，由单位决定")
    kind: str | None = Field(description="提出时须写明的种类（kind）；没有种类的为空")


class MeasureAnswer(Answer):
    """A measure that hangs on a record."""

    label: str
    imposed_on: date
    lifted_at: datetime | None


class RecordAnswer(RecordLineAnswer):
    """One record."""

    state_label: str
    class_label: str
    class_waits_for: str | None = Field(description="失信程度暂定的，等待什么：threshold 罚款界线，amount 罚款金额")
    simple_procedure: bool | None = Field(description="是否适用简易程序；空：没有写明")
    public: bool
    facts: str
    penalty_content: str
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    note: str | None
    version: int
    measures: list[MeasureAnswer]
    cases: list[str]
    openings: list[OpeningAnswer]


class FormerNameAnswer(Answer):
    """A name an organisation had (曾用名)."""

    name: str
    until: date


class VoluntaryAnswer(Answer):
    """What the organisation said of itself and an office verified, while it agrees to its use."""

    case: str
    kind: str
    matter: str
    text: str
    office: str
    declared_on: date
    until: date | None
    public: bool


class OrganisationAnswer(Answer):
    """An organisation as the register has it."""

    name: str
    uscc: str
    legal_representative: str | None
    former_names: list[FormerNameAnswer]
    ended_on: date | None
    successor: SubjectAnswer | None
    predecessors: list[SubjectAnswer]
    voluntary: list[VoluntaryAnswer]
