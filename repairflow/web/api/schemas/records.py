"""What the API tells of records."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from repairflow.web.api.schemas.common import OfficeTold, SubjectTold, Told


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
