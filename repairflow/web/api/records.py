"""Records over the API."""

from __future__ import annotations

from typing import Any

from repairflow.casework.queries.records import listing
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.casework.queries.records.listing import RecordLine
from repairflow.records.rows import RecordRow
from repairflow.web.api.description import answers, api
from repairflow.web.api.schemas.common import OfficeAnswer, SubjectAnswer
from repairflow.web.api.schemas.records import (
    MeasureAnswer,
    OpeningAnswer,
    PublicityAnswer,
    RecordAnswer,
    RecordLineAnswer,
    RecordsAnswer,
)
from repairflow.web.api.schemas.requests import RecordsRequest
from repairflow.web.core.context import current


@api.validate(resp=answers(HTTP_200=RecordsAnswer), operation_id="list_records", tags=["records"])
def list_records(query: RecordsRequest) -> RecordsAnswer:
    """失信信息清单

    调用者可见的信息，新的在前；按 next 翻页。
    """
    here = current()
    with here.read() as tx:
        page = listing.listing(
            tx,
            here.law,
            here.actor,
            state=query.state,
            search=query.search,
            after=query.after,
            size=query.limit,
        )
    return RecordsAnswer(
        items=[RecordLineAnswer(**_line(row, told=row.id in page.told)) for row in page.rows], next=page.next or None
    )


@api.validate(resp=answers(HTTP_200=RecordAnswer), operation_id="show_record", tags=["records"])
def show_record(number: str) -> RecordAnswer:
    """一条失信信息

    公示期、措施、办件，以及现在可以提出什么申请。
    """
    here = current()
    with here.read() as tx:
        view = record_view(tx, here.law, here.actor, number, here.now)
    row = view.row
    return RecordAnswer(
        **_common(row),
        subject=SubjectAnswer(name=view.subject.name, uscc=view.subject.uscc),
        authority=OfficeAnswer(code=view.authority.code, name=view.authority.name),
        state_label=view.state_label,
        class_label=view.class_label,
        class_waits_for=row.class_waits_for,
        simple_procedure=row.simple_procedure,
        period_confirmed=view.period_told,
        public=view.public,
        facts=row.facts,
        penalty_content=row.penalty_content,
        fine_wan=row.fine_wan,
        confiscated_wan=row.confiscated_wan,
        note=row.note,
        version=row.version,
        measures=[MeasureAnswer(label=m.label, imposed_on=m.imposed_on, lifted_at=m.lifted_at) for m in view.measures],
        cases=[case.number for case in view.cases],
        openings=[
            OpeningAnswer(
                procedure=o.procedure,
                label=o.label,
                open=o.open,
                obstacles=list(o.obstacles),
                days=o.days,
                case=o.case,
                taken=o.taken,
                kind=o.kind,
            )
            for o in (*view.openings, *view.leaving)
        ],
    )


def _line(row: RecordLine, *, told: bool) -> dict[str, Any]:
    return {
        **_common(row),
        "period_confirmed": told,
        "subject": SubjectAnswer(name=row.subject_name, uscc=row.uscc),
        "authority": OfficeAnswer(code=row.authority_code, name=row.authority_name),
    }


def _common(row: RecordRow | RecordLine) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "document_number": row.document_number,
        "decision_date": row.decision_date,
        "behaviour": row.behaviour,
        "severity": row.severity,
        "state": row.state,
        "publicity": PublicityAnswer(
            start=row.publish_from,
            minimum_until=row.min_until,
            apply_from=row.apply_from,
            maximum_until=row.max_until,
        ),
    }
