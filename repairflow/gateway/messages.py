"""Messages to other platforms: CloudEvents 1.0 in JSON, signed by Standard Webhooks.

No national interface for repair results is public; the form is ours, its field names those of the field. One message
has one `id` (the idempotency key) on every try, a `partitionkey` (its lane) and a `sequence` that grows within the
lane, so that a receiver can tell a repeated message and one out of order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from repairflow.errors import Invalid, Problem, RepairFlowError

MEDIA_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "cn.repairflow."
Day = date  # a field of that name hides the type

Display = Literal["public", "disputed", "ended", "hidden"]
"""What the public sees of a record: shown, shown with 异议标注, 已终止公示, not shown for now."""

_DISPLAY: Mapping[str, Display] = {
    "unpublished": "hidden",
    "published": "public",
    "disputed": "disputed",
    "masked": "hidden",
    "held": "public",  # 较早版本在最长公示期届满后继续公示的，由系统终止公示
    "ceased": "ended",
    "sealed": "ended",
    "restored": "public",
}


def display(state: str) -> Display:
    """Return what a platform must show for a record in one of our states; KeyError for an unknown one."""
    return _DISPLAY[state]


def act_display(state: str) -> Display:
    """Return what a platform must show for an administrative act that a message tells to be in this state."""
    return "public" if state == "published" else "disputed" if state == "disputed" else "ended"


class Part(BaseModel):
    """Every part of a message: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Successor(Part):
    """承继人 of an organisation that was merged or split up."""

    name: str
    uscc: str | None = None


class Subject(Part):
    """信用主体. A natural person has no credit code and a masked name."""

    name: str
    uscc: str | None = None
    successor: Successor | None = None


class Record(Part):
    """Which record: our number, and how the authority's decision is found."""

    number: str
    type: str
    doc_no: str
    organ: str
    organ_uscc: str | None = None
    decision_date: date


class Data(Part):
    """What every message carries. `msg_id` is the row's key, set on sending; `chain_head` anchors our trail outside."""

    msg_id: str = ""
    chain_head: str | None = None
    subject: Subject


class Content(Part):
    """What a record says, as it now stands. Kinds are codes of the rule pack, amounts 万元."""

    facts: str = ""
    penalty_kinds: tuple[str, ...] = ()
    penalty_content: str = ""
    fine_wan: Decimal | None = None
    confiscated_wan: Decimal | None = None


class Corrected(Part):
    """One thing a correction changed: field and label, and what it says from now on."""

    field: str
    label: str
    now: str


class PenaltyWithdrawn(Part):
    """公开说明理由 (行政处罚法 48): why what shows a published penalty was withdrawn, as everybody reads it; `stands` takes an earlier
    one of the record back: nothing had become of the decision."""

    change: Literal["annulled", "changed", "revoked", "unlawful", "void", "open", "stands"]
    reason: str
    effective_on: date | None = None
    basis: str | None = None  # none for `stands`


class RecordChanged(Data):
    """失信信息 as it now stands: enough to show it."""

    record: Record
    version: int
    behaviour: str
    severity: Literal["minor", "ordinary", "serious"] = Field(alias="class")
    state: Literal["unpublished", "published", "disputed", "masked", "held", "ceased", "sealed", "restored"]
    publish_from: date | None = None
    min_until: date | None = None
    max_until: date | None = None
    period_confirmed: bool | None = None  # None: of a sender that does not say
    note: str | None = None
    content: Content | None = None
    withdrawal: PenaltyWithdrawn | None = (
        None  # of a published penalty that was changed or annulled, with this very change
    )
    changed_at: AwareDatetime


class OfCase(Data):
    """A message about a case."""

    case_no: str
    ext_serial: str | None = None
    decided_at: AwareDatetime
    decision_doc_no: str | None = None
    decision_doc_hash: str | None = None
    signer: str | None = None


class RepairResult(OfCase):
    """修复结果. Approved: the target ends publicity, sharing and measures on the record."""

    record: Record
    severity: Literal["minor", "ordinary", "serious"] = Field(alias="class")
    result: Literal["approved", "refused", "revoked", "masked", "unmasked"]
    stop_publish_at: AwareDatetime | None = None
    effective_period: str | None = None
    period_confirmed: bool | None = None  # of the last day in it


class ObjectionStatus(OfCase):
    """异议标注 on or off, and how the objection ended."""

    record: Record
    status: Literal["mark_on", "mark_off", "corrected", "deleted", "maintained"]
    note: str | None = None
    corrected: tuple[Corrected, ...] = ()


class ListChange(OfCase):
    """列入、移出名单，或撤销列入."""

    record: Record
    list_kind: str
    change: Literal["listed", "removed", "annulled"]


class HonourChange(OfCase):
    """列入、退出守信名单（红名单、资质名单、备案名单）, which rests on no record."""

    list_kind: str
    list_label: str
    change: Literal["listed", "removed", "expired"]


class InterviewRecord(OfCase):
    """约谈记录, into the credit file."""

    kind: Literal["reminder", "warning"]
    date: Day
    result: str


class MeasureLift(OfCase):
    """解除惩戒措施, to the office that imposed it."""

    record: Record
    measure_code: str
    organ: str
    lifted_at: AwareDatetime


class MeasureRestore(OfCase):
    """恢复惩戒措施, to the office that imposed it: what ended the measure was undone."""

    record: Record
    measure_code: str
    organ: str
    restored_at: AwareDatetime


class MeasureImpose(OfCase):
    """惩戒措施登记在案, to the office that imposed it: from when, until when."""

    record: Record
    measure_code: str
    organ: str
    imposed_on: Day
    until: Day | None = None


class Act(Part):
    """Which administrative act: our number, and how the decision is found."""

    number: str
    kind: Literal["permit", "coercion", "confirmation", "payment", "ruling", "reward", "inspection"]
    doc_no: str
    organ: str
    organ_uscc: str | None = None
    decision_date: date


class ActChanged(Data):
    """行政许可等信息 as it now stands: enough to show it. `change` is what brought the message about."""

    act: Act
    version: int
    change: Literal[
        "published",
        "marked",
        "unmarked",
        "corrected",
        "noted",
        "withdrawn",
        "annulled",
        "ended",
        "renamed",
        "standing",
        "repeated",
    ]
    state: Literal["published", "disputed", "withdrawn", "annulled", "ended"]
    title: str
    basis: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""
    changed_at: AwareDatetime


class LetterChange(Data):
    """A letter that a message named before was withdrawn, or another took its place (更正、重新出具、撤回)."""

    record: Record
    case_no: str
    doc_no: str
    doc_hash: str
    change: Literal["corrected", "reissued", "withdrawn"]
    new_doc_no: str | None = None
    new_doc_hash: str | None = None
    changed_at: AwareDatetime


KINDS: Mapping[str, type[Data]] = {
    "record_changed": RecordChanged,
    "repair_result": RepairResult,
    "objection_status": ObjectionStatus,
    "list_change": ListChange,
    "honour_change": HonourChange,
    "interview_record": InterviewRecord,
    "measure_lift": MeasureLift,
    "measure_restore": MeasureRestore,
    "measure_impose": MeasureImpose,
    "letter_change": LetterChange,
    "act_changed": ActChanged,
}
VERSION = 1
"""Of the schemas: a field more is the same version, a field that is gone or means something else the next."""


def schema_name(kind: str) -> str:
    """Return the name of the schema of a kind, by which it is published and which every message cites."""
    return f"{kind}-{VERSION}.json"


class MessageError(RepairFlowError):
    """A message that cannot be read, or whose signature does not hold."""

    code = "message"
    status = 400


def check(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload as it will stand in the outbox: JSON values, defaults filled in.

    Raises Invalid with every fault for an unknown kind or a payload that does not fit it.
    """
    model = KINDS.get(kind)
    if model is None:
        raise Invalid(f"未知的推送种类：{kind}。")
    try:
        data = model.model_validate(payload)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        problems = [Problem(".".join(map(str, fault["loc"])), fault["msg"]) for fault in faults]
        raise Invalid(
            f"推送内容（{kind}）不完整：" + "；".join(f"{p.where}：{p.text}" for p in problems), problems
        ) from None
    return data.model_dump(mode="json", by_alias=True)
