"""What a letter says of the administrative act (行政许可等信息) a case is about, under the names a record's words have."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents.fields.voice import Voice
from repairflow.casework.outbound import act_pushes, pushes
from repairflow.casework.rows_by_id import office_of
from repairflow.law.acts import KINDS
from repairflow.law.guards import day_text
from repairflow.records.rows import ActRow

DOCUMENTS = {"ruling": "行政裁决文书", "inspection": "行政检查文书"}
"""What the document of an act is called where it is not a decision of its kind (行政许可决定)."""


def act_fields(tx: Connection, voice: Voice, row: ActRow) -> dict[str, object]:
    """Return the words of an act."""
    office = office_of(tx, row.office_id).name
    return {
        "record_document_number": row.document_number,
        "record_office": office,
        "record_by": voice.named(row.office_id, office),
        "record_date": day_text(row.decision_date),
        "record_document": document_of(row),
        "record_information": information_of(row),
        "never_public": "信息从不公示" if row.of_person else "",
    }


def targets(tx: Connection, at: Situation, change: Change) -> list[str]:
    """Return the names of the platforms that are told what a step did to the record or act."""
    if at.act is not None:
        return act_pushes.target_names(tx, at.act)
    return pushes.target_names(tx, at.record, change) if at.record is not None else []


def information_of(row: ActRow) -> str:
    """Return what kind of information an act is: 行政许可信息."""
    return f"{KINDS[row.kind]}信息"


def document_of(row: ActRow) -> str:
    """Return the document of an act with its number: 行政许可决定（…号）."""
    return f"{DOCUMENTS.get(row.kind, f'{KINDS[row.kind]}决定')}（{row.document_number}）"
