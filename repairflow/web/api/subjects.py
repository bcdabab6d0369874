"""Organisations over the API: what the register has of them, and the changes that are recorded."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.changes import ChangeRegistration, EndSubject
from repairflow.casework.dispatch import Sent
from repairflow.casework.queries.records import subject_page, voluntary
from repairflow.casework.queries.records.subject_page import SubjectPage
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.common import SubjectAnswer
from repairflow.web.api.schemas.records import FormerNameAnswer, OrganisationAnswer, VoluntaryAnswer
from repairflow.web.api.schemas.requests import EndRequest, Keyed, RegistrationRequest
from repairflow.web.api.sending import sent
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current


@api.validate(resp=answers(HTTP_200=OrganisationAnswer), operation_id="show_subject", tags=["subjects"])
def show_subject(code: str) -> OrganisationAnswer:
    """一个信用主体

    现在的名称、曾用名、法定代表人，承继人和被承继的主体，以及当事人同意各单位查阅、已经核验的自愿申报信息；供办理人员使用。
    """
    here = current()
    with here.read() as tx:
        return _said(tx, here, subject_page.page(tx, here.actor, code))


@api.validate(
    resp=answers(409, 413, 415, 429, HTTP_200=OrganisationAnswer), operation_id="change_registration", tags=["subjects"]
)
def change_registration(code: str, json: RegistrationRequest, headers: Keyed) -> OrganisationAnswer:
    """登记名称、法定代表人的变更

    凭登记机关的通知书；原名称记为曾用名。
    """
    given = {name: value for name, value in json.model_dump().items() if value is not None}
    return _changed(ChangeRegistration(writer(current()), code, given), code, sent(headers))


@api.validate(
    resp=answers(409, 413, 415, 429, HTTP_200=OrganisationAnswer), operation_id="end_subject", tags=["subjects"]
)
def end_subject(code: str, json: EndRequest, headers: Keyed) -> OrganisationAnswer:
    """登记合并、分立、注销

    写明承继人的，其人员可以查看和办理被承继主体的失信信息。
    """
    given = {name: value for name, value in json.model_dump().items() if value is not None}
    return _changed(EndSubject(writer(current()), code, given), code, sent(headers))


def _changed(command: ChangeRegistration | EndSubject, code: str, how: Sent) -> OrganisationAnswer:
    change(command, how)
    here = current()
    with here.read() as tx:
        return _said(tx, here, subject_page.page(tx, here.actor, code))


def _said(tx: Connection, here: RequestContext, page: SubjectPage) -> OrganisationAnswer:
    row, after = page.row, page.successor
    return OrganisationAnswer(
        name=row.name,
        uscc=row.uscc or "",
        legal_representative=row.legal_representative,
        former_names=[FormerNameAnswer(name=one.name, until=one.until) for one in page.former],
        ended_on=row.ended_on,
        successor=SubjectAnswer(name=after.name, uscc=after.uscc) if after is not None else None,
        predecessors=[SubjectAnswer(name=one.name, uscc=one.uscc) for one in page.predecessors],
        voluntary=[
            VoluntaryAnswer(
                case=one.number, kind=one.kind, matter=one.matter, text=one.text, office=one.office, declared_on=one.given_on,
                until=one.until, public=one.public,
            )
            for one in voluntary.of_subject(tx, here.law, row.id, stands=True)
        ],
    )  # fmt: skip
