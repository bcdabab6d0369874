"""Whether organisations are listed now, for other systems: one or thousands in a call."""

from __future__ import annotations

from repairflow.casework.changes import InquireCredit
from repairflow.casework.queries.records.credit_inquiry import InForce, Shown, Standing
from repairflow.web.api.description import answers, api
from repairflow.web.api.schemas.credit_inquiry import (
    MeasureInForce,
    ShownRecord,
    StandingAnswer,
    StandingRequest,
    StandingsAnswer,
)
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask


@api.validate(resp=answers(413, 415, 429, HTTP_200=StandingsAnswer), operation_id="ask_standing", tags=["records"])
def ask_standing(json: StandingRequest) -> StandingsAnswer:
    """信用查询

    按统一社会信用代码回答单位现在有没有公示中的失信信息、正在执行的惩戒措施，一次至多 10000 个，次序与请求相同；
    有误的代码只影响它自己一项。谁为什么查询记入留痕。供各单位的办理人员和系统使用。
    """
    found: list[Standing] = change(InquireCredit(ask(current()), json.purpose, tuple(json.codes)))
    return StandingsAnswer(items=[_said(row, one) for row, one in enumerate(found, 1)])


def _said(row: int, one: Standing) -> StandingAnswer:
    return StandingAnswer(
        row=row, code=one.code, problem=one.problem or None, name=one.name or None, listed=one.listed,
        records=[_record(record) for record in one.records], measures=[_measure(measure) for measure in one.measures],
    )  # fmt: skip


def _record(row: Shown) -> ShownRecord:
    return ShownRecord(
        number=row.number, kind=row.kind, document_number=row.document_number, decision_date=row.decision_date,
        severity=row.severity, disputed=row.state == "disputed", until=row.until,
        period_confirmed=row.period_confirmed, authority=row.authority, list_kind=row.list_kind,
    )  # fmt: skip


def _measure(row: InForce) -> MeasureInForce:
    return MeasureInForce(code=row.code, label=row.label, office=row.office, imposed_on=row.imposed_on, until=row.until)
