"""A case as vectors of the law may tell it: steps, limits and the class of its penalty, and nothing of who it is about."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.casework import record_class
from repairflow.casework.applicable_law import belonging
from repairflow.casework.case_state import situation
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import SEVERITY_LABELS
from repairflow.law.vectors.drafting import Penalised, VectorSource
from repairflow.law.vectors.form import Answer
from repairflow.records import cases, subject
from repairflow.records.rows import CaseRow, RecordRow, first_row


def vector_source(tx: Connection, law: Library, number: str) -> VectorSource:
    """Return what vectors may tell of the case of this number; NotFound when there is none, or its version has no file here."""
    case = first_row(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
    if case is None:
        raise NotFound(f"没有编号为 {number} 的办件。")
    about = situation.read_record(tx, case.record_id)
    return VectorSource(
        law.procedure(case.procedure, case.procedure_version),
        case.filed_day,
        situation.history_of(tx, case.id),
        law.calendars.of(case.division_code),
        case.division_code,
        _penalty(tx, about) if about is not None and about.kind == "penalty" else None,
    )


def _penalty(tx: Connection, record: RecordRow) -> Penalised:
    place = belonging(tx, record.authority_id)
    kind = tx.execute(select(subject.c.kind).where(subject.c.id == record.subject_id)).scalar_one()
    days: dict[str, Answer] = {"失信程度": SEVERITY_LABELS[record.severity]}
    if record.apply_from is not None:
        days["申请起日"] = record.apply_from
    if record.max_until is not None:
        days["公示届满日"] = record.max_until
    return Penalised(
        record.decision_date, record_class.offence(record), place.domain, place.division, kind == "natural_person", days
    )
