"""Administrative acts beside penalties over the API: delivered, published by another person, listed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.queries.records import acts as queries
from repairflow.gateway.act_table import MOST
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import Line, Made, Reason
from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Keyed, Name, Number, Request
from repairflow.web.api.sending import make, sent
from repairflow.web.core import arguments
from repairflow.web.core.context import current

Word = Annotated[str, StringConstraints(max_length=40)]


class ActLine(Request):
    """One act; days as 2026-06-20."""

    kind: Word = Field(description="permit、coercion、confirmation、payment、ruling、reward、inspection，或者中文名称")
    name: Line = Field(description="行政相对人名称")
    code: Line = Field("", description="统一社会信用代码；自然人不填")
    id_number: Line = Field("", description="自然人证件号码；封存保管，其信息不公示")
    document_number: Line = Field(description="决定文书号")
    decision_date: Word = Field(description="决定日期")
    title: Line = Field(description="决定内容，一句话")
    basis: Reason = Field("", description="法律依据")
    valid_from: Word = Field("", description="有效期自")
    valid_until: Word = Field("", description="有效期至")


class ActsRequest(Request):
    """Acts of one office: all are entered, or none."""

    office: Number = Field(description="作出机关的编码")
    provenance: Line = Field("", description="补报历史数据的资料来源；日常报送不填")
    acts: list[ActLine] = Field(min_length=1, max_length=MOST)


class ActsMade(Made):
    """Acts that wait for another person now."""

    numbers: list[str] = Field(description="新录入的编号；已经在档的略过")


class SettleRequest(Request):
    """What becomes of acts."""

    numbers: list[Number] = Field(min_length=1, max_length=200)
    decision: Name = Field(
        description="publish：复核同意并公示；refuse：不同意；withdraw：撤下；annul：决定已被撤销；end：已经失效；mark、unmark：加注、取消异议标注"
    )
    reason: Reason = Field("", description="理由；除同意公示的以外必填")


class ActsSettled(Made):
    """How many were settled."""

    count: int


class ActAnswer(Answer):
    """An act of an office, or of a subject that the caller speaks for."""

    number: str
    kind: str
    document_number: str
    decision_date: date
    title: str
    subject: str
    uscc: str | None
    office: str
    state: str
    due_day: date = Field(description="应在这一天以前公示")
    published_day: date | None
    withdrawn_as: str | None = Field(
        description="终止公示的：withdrawn 撤下、annulled 决定已被撤销、ended 已经失效；其他为 null"
    )
    disputed_on: date | None = Field(description="自这一天起有异议标注；没有标注的为 null")
    provenance: str = Field(description="补报历史数据的资料来源")
    note: str | None = Field(description="附注：异议无法核实的说明；没有的为 null")
    objection: str | None = Field(description="正在办理的异议的办件编号；没有的为 null")
    objectionable: bool = Field(
        description="现在是否可以提出异议（POST /cases，procedure 为 objection，act 为 number）"
    )


class ActsAnswer(Answer):
    """One page of acts; `next` is empty on the last."""

    items: list[ActAnswer]
    next: str


@api.validate(resp=answers(409, 413, 415, 429, HTTP_201=ActsMade), operation_id="enter_acts", tags=["records"])
def enter_acts(json: ActsRequest, headers: Keyed) -> tuple[ActsMade, int]:
    """报送行政许可等信息

    行政许可、强制、确认、给付、裁决、奖励、检查；由另一人复核后公示。有一条不对，全部不录入。
    """
    alone = len(json.acts) == 1
    rows = [one.model_dump() | ({} if alone else {"row": str(at)}) for at, one in enumerate(json.acts, start=1)]
    given = EnterActs(writer(current()), json.office, rows, json.provenance)
    return make(ActsMade, given, sent(headers), lambda numbers: {"numbers": list(numbers)}), 201


@api.validate(resp=answers(409, 415, 429, HTTP_200=ActsSettled), operation_id="settle_acts", tags=["records"])
def settle_acts(json: SettleRequest, headers: Keyed) -> ActsSettled:
    """复核行政许可等信息

    公示须由录入以外的另一人办理。
    """
    given = SettleActs(writer(current()), json.numbers, json.decision, json.reason)
    return make(ActsSettled, given, sent(headers), lambda count: {"count": count})


@api.validate(resp=answers(HTTP_200=ActsAnswer), operation_id="list_acts", tags=["records"])
def list_acts() -> ActsAnswer:
    """本单位的行政许可等信息

    信用主体看到的是自己的，含只登记、不公示的。新的在前；after 为上一页给出的 next。
    """
    here = current()
    with here.read() as tx:
        page = queries.of_offices(tx, here.actor, arguments.text("state"), "", arguments.text("after"))
        open_cases = queries.objections(tx, here.actor, [one.id for one in page.rows])
    items = [
        ActAnswer(
            number=one.number, kind=one.kind, document_number=one.document_number, decision_date=one.decision_date,
            title=one.title, subject=one.name, uscc=one.uscc, office=one.office, state=one.state, due_day=one.due_day,
            published_day=one.published_day, disputed_on=one.disputed_on, provenance=one.provenance,
            withdrawn_as=one.withdrawn_as, note=one.note, objection=open_cases.get(one.id),
            objectionable=queries.may_be_objected_to(one, open_cases.get(one.id)),
        )
        for one in page.rows
    ]  # fmt: skip
    return ActsAnswer(items=items, next=page.next)
