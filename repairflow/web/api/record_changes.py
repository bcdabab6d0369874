"""What is done with a record over the API: its 告知书 issued, performance registered; and items that a delivery held."""

from __future__ import annotations

from repairflow.casework.changes import DecideHeldRow, IssueNotice, ProposeAnnulment, RegisterPerformance, StateBirthday
from repairflow.casework.queries.records import held_rows
from repairflow.records.rows import LetterRow
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import (
    AnnulmentProposed,
    AnnulmentRequest,
    BirthdayRequest,
    ChangeMade,
    HeldAnswer,
    HeldDecision,
    HeldMade,
    HeldPart,
    HeldRowsAnswer,
    LetterMade,
    Nothing,
    PerformanceRequest,
)
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(409, 415, 429, HTTP_200=LetterMade), operation_id="issue_notice", tags=["records"])
def issue_notice(number: str, json: Nothing, headers: Keyed) -> LetterMade:
    """补发告知书

    失信信息还没有信用修复告知书的，由认定单位制发。
    """

    def answer(row: LetterRow) -> dict[str, object]:
        return {"token": row.token, "number": row.number, "state": row.state}

    return make(LetterMade, IssueNotice(writer(current()), number), sent(headers), answer)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="register_performance", tags=["records"])
def register_performance(number: str, json: PerformanceRequest, headers: Keyed) -> ChangeMade:
    """登记履行

    由认定单位登记义务履行和纠正的日期；已经登记过的回答 409。
    """
    given = RegisterPerformance(writer(current()), number, json.performed, json.corrected, json.evidence)
    return changed(given, sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="state_birthday", tags=["records"])
def state_birthday(number: str, json: BirthdayRequest, headers: Keyed) -> ChangeMade:
    """登记出生日期

    自然人的证件号码（如护照）不含出生日期时登记，封存保管，不再返回；证件号码已经表明的回答 409。
    办理人员可以更正，须写明理由；本人、监护人只填写一次。
    """
    return changed(StateBirthday(writer(current()), number, json.born, json.reason), sent(headers))


@api.validate(
    resp=answers(409, 415, 429, HTTP_200=AnnulmentProposed), operation_id="propose_annulment", tags=["records"]
)
def propose_annulment(number: str, json: AnnulmentRequest, headers: Keyed) -> AnnulmentProposed:
    """提出撤销信息

    处罚决定被人民法院、复议机关撤销或者机关自行撤销的，由认定单位提出；另一人在待核对中确认后撤销，各平台随即得知。
    """
    given = ProposeAnnulment(writer(current()), number, json.ground, json.document, json.day, json.reason)
    return make(AnnulmentProposed, given, sent(headers), lambda item: {"item": item})


@api.validate(resp=answers(HTTP_200=HeldRowsAnswer), operation_id="list_held_rows", tags=["records"])
def list_held_rows() -> HeldRowsAnswer:
    """待核对

    导入或者报送后等待本单位人员核对的项目，早的在前。
    """
    here = current()
    with here.read() as tx:
        found = held_rows.waiting(tx, here.services.vault, here.actor)
    return HeldRowsAnswer(items=[_held(one) for one in found])


@api.validate(resp=answers(409, 415, 429, HTTP_200=HeldMade), operation_id="decide_held_row", tags=["records"])
def decide_held_row(held_id: int, json: HeldDecision, headers: Keyed) -> HeldMade:
    """核对一项

    同意或者不同意；撤销信息须由另一人再次同意。
    """
    given = DecideHeldRow(writer(current()), held_id, json.accept, json.reason)
    return make(HeldMade, given, sent(headers), lambda state: {"state": state})


def _held(one: held_rows.Held) -> HeldAnswer:
    row = one.row
    return HeldAnswer(
        id=row.id, kind=row.kind, label=one.label, office=row.office_name, record=row.record_number,
        file_name=row.file_name, row=row.row, state=row.state,
        parts=[HeldPart(label=line.label, delivered=line.delivered, here=line.here) for line in one.lines],
    )  # fmt: skip
