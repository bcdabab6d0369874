"""How letters were served, over the API: recorded, taken back, signed for; and consent to electronic service."""

from __future__ import annotations

from repairflow import times
from repairflow.casework.changes import ChangeConsent, SignForLetter
from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.documents.service.service import Service, Withdrawal
from repairflow.casework.queries.documents import consents
from repairflow.records.rows import ServiceRow
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import (
    ChangeMade,
    ConsentAnswer,
    ConsentRequest,
    ConsentsAnswer,
    Nothing,
    ReasonRequest,
    ServiceMade,
    ServiceRequest,
)
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(409, 415, 429, HTTP_200=ServiceMade), operation_id="serve_letter", tags=["letters"])
def serve_letter(token: str, json: ServiceRequest, headers: Keyed) -> ServiceMade:
    """登记送达

    由制发单位或者受理窗口的人员登记；救济期限自送达之日的次日起计算。
    """
    at = json.served_at if json.served_at.tzinfo else times.at(json.served_at.date(), json.served_at.time())
    given = Service(
        token, json.mode, writer(current()), UNCLAIMED, json.recipient, at, json.place, json.witness, json.note, json.material,
    )  # fmt: skip
    return make(ServiceMade, given, sent(headers), _told)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ServiceMade), operation_id="withdraw_service", tags=["letters"])
def withdraw_service(token: str, json: ReasonRequest, headers: Keyed) -> ServiceMade:
    """撤销送达登记

    由制发单位负责人决定；原登记标注作废，留痕保留。
    """
    given = Withdrawal(token, writer(current()), UNCLAIMED, json.reason)
    return make(ServiceMade, given, sent(headers), _told)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ServiceMade), operation_id="sign_for_letter", tags=["letters"])
def sign_for_letter(token: str, json: Nothing, headers: Keyed) -> ServiceMade:
    """签收文书

    同意电子送达的受送达人签收，即为送达。
    """
    return make(ServiceMade, SignForLetter(writer(current()), token), sent(headers), _told)


@api.validate(resp=answers(HTTP_200=ConsentsAnswer), operation_id="list_consents", tags=["letters"])
def list_consents() -> ConsentsAnswer:
    """电子送达的同意

    调用者代表的各信用主体。
    """
    here = current()
    with here.read() as tx:
        found = consents.of_visitor(tx, here.actor)
    return ConsentsAnswer(
        items=[
            ConsentAnswer(subject_id=one.subject_id, name=one.name, given_by=one.given_by, given_at=one.given_at)
            for one in found
        ]
    )


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="change_consent", tags=["letters"])
def change_consent(subject_id: int, json: ConsentRequest, headers: Keyed) -> ChangeMade:
    """同意或者取消电子送达

    取消的，此前送达的文书不受影响。
    """
    return changed(ChangeConsent(writer(current()), subject_id, json.given, json.signed_by or ""), sent(headers))


def _told(row: ServiceRow) -> dict[str, object]:
    return {
        "mode": row.mode, "served_at": row.served_at, "effective_day": row.effective_day,
        "withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip
