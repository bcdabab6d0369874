"""What a letter says of a credit record: who decided, when, by which document, and what kind of information it is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from repairflow.casework.documents.fields.voice import Voice
from repairflow.casework.rows_by_id import office_of
from repairflow.casework.told_periods import Told
from repairflow.law import classing
from repairflow.law.guards import day_text
from repairflow.records import letter
from repairflow.records.rows import RecordRow

PENALTY_TITLE = "《行政处罚决定书》"  # 行政处罚法: the name its document has in every field
INFORMATION = {
    "penalty": "行政处罚信息",
    "abnormal_list": "经营异常名录信息",
    "serious_list": "严重失信主体名单信息",
    "check_result": "抽查检查结果信息",
}
DOCUMENT = {"abnormal_list": "列入经营异常名录的决定", "serious_list": "列入名单的决定", "check_result": "检查结果文书"}


def record_fields(tx: Connection, voice: Voice, row: RecordRow, today: date, told: Told) -> dict[str, object]:
    """Return the words of a record; its class only where it may be named, its days where its period may be `told` (`told_periods`).

    A day from which one may apply stands there only while it is to come: a past day is no offer.
    """
    authority = office_of(tx, row.authority_id).name
    by = voice.named(row.authority_id, authority)
    document = document_of(tx, row)
    found: dict[str, object] = {
        "record_document_number": row.document_number,
        "record_office": authority,
        "record_by": by,
        "record_date": day_text(row.decision_date),
        "record_document": document,
        "record_information": information_of(row),
        "record_class": classing.in_letters(row.severity, row.class_waits_for) if told.named else "",
        "record_class_reason": classing.reason(row.severity, row.class_waits_for) if told.named else "",
        "never_public": "信息从不公示" if row.of_person else "",
        "record_behaviour": row.behaviour if row.kind == "penalty" else "",
        "masked_records": [f"{by}于{day_text(row.decision_date)}作出的{document}对应的{information_of(row)}"],
        "apply_from": day_text(row.apply_from) if told.may and row.apply_from and row.apply_from > today else "",
    }
    for name in ("min_until", "max_until"):
        day: date | None = getattr(row, name)
        found[name] = day_text(day) if told.may and day else ""
    return found


def information_of(row: RecordRow) -> str:
    """Return what a record is, by its kind: 行政处罚信息."""
    return INFORMATION.get(row.kind, "失信信息")


def document_of(tx: Connection, row: RecordRow) -> str:
    """Return the document a record rests on, by its name and number: a penalty's is called what the law calls it, a letter issued here by
    its title; of others only their kind is sure."""
    if row.kind == "penalty":
        return f"{PENALTY_TITLE}（{row.document_number}）"
    own = select(letter.c.title).where(letter.c.number == row.document_number, letter.c.office_id == row.authority_id)
    title = tx.execute(own).scalar()
    return (
        f"《{title}》（{row.document_number}）"
        if title
        else f"{DOCUMENT.get(row.kind, '文书')}（{row.document_number}）"
    )
