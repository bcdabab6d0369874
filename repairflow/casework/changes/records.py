"""Commands about records, and about the tables in which they are delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from repairflow.casework.changes.base import Change, OfImport, OfRecord


@dataclass(frozen=True, slots=True)
class RegisterPerformance(OfRecord):
    """Register that the duties of a record were performed and its conduct corrected; days are ISO text (登记履行)."""

    performed: str
    corrected: str
    evidence: str


@dataclass(frozen=True, slots=True)
class RegisterPayment(OfRecord):
    """Register that a part of a penalty, or what was added for delay, was paid; the day is ISO text (登记分期缴纳)."""

    kind: str
    wan: str
    day: str
    evidence: str


@dataclass(frozen=True, slots=True)
class TakeBackPayment(OfRecord):
    """Take back a payment that was registered wrongly; both entries stay in the trail (撤回缴纳登记)."""

    seq: int  # its place in the trail of its record
    reason: str


@dataclass(frozen=True, slots=True)
class EnterRecord(Change):
    """Enter one penalty by hand for an office; it waits until another person has checked it (手工录入)."""

    office: str  # its code
    given: Mapping[str, str]  # by the names of the columns of a delivered table


@dataclass(frozen=True, slots=True)
class ProposeAnnulment(OfRecord):
    """Propose that a record be annulled, because a court or an office undid its decision; another confirms (撤销)."""

    ground: str
    document: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class StateBirthday(OfRecord):
    """State when the person a record is about was born, where its document's number tells no birthday; ISO text (登记出生日期).
    A correction says why."""

    born: str = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExplainWithdrawal(OfRecord):
    """State publicly why a penalty was withdrawn, where the step that withdrew it did not; the day is ISO text (补充公开说明理由)."""

    reason: str
    effective_on: str
    names_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class AskCorrection(OfRecord):
    """Have everybody told that an annulled record was wrong, or no longer (公开更正)."""

    on: bool


@dataclass(frozen=True, slots=True)
class DecideHeldRow(Change):
    """Say what becomes of a held item of an import or delivery (待核对)."""

    held_id: int
    accept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BeginImport(OfImport):
    """Have a delivered table checked; its file lies under `token` already (导入)."""

    office_id: int
    file_name: str
    file_digest: str
    provenance: str = ""  # of penalties of the past that are delivered late: where they come from


@dataclass(frozen=True, slots=True)
class MatchHeadings(Change):
    """Read headings of an office's own tables as columns of the layout, from now on (匹配表头)."""

    office_id: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ForgetHeading(Change):
    """Read a heading no longer as an office matched it."""

    heading_id: int


class ConfirmImport(OfImport):
    """Take the rows of a checked table in."""


class DropImport(OfImport):
    """Give a checked table up; nothing of it was written."""


class StopImport(OfImport):
    """Stop what works on a table; what is written stays."""


class ResumeImport(OfImport):
    """Go on with a table that failed or was stopped."""
