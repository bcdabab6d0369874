"""Questions about many organisations, for other systems: a file in, progress, stop, go on, a file out."""

from __future__ import annotations

import hashlib

from flask import Response, request

from repairflow.casework.changes import BeginInquiry, ResumeInquiry, StopInquiry
from repairflow.casework.queries.records import inquiry_results as results
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import ChangeMade, Nothing
from repairflow.web.api.schemas.credit_inquiry import InquiryMade, InquiryProgress
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent, sent_file
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask
from repairflow.web.core.routes import Answer
from repairflow.web.shared import inquiry_files as files


@api.validate(resp=answers(409, 413, 415, 429, HTTP_201=InquiryMade), operation_id="begin_inquiry", tags=["records"])
def begin_inquiry(headers: Keyed) -> tuple[InquiryMade, int]:
    """批量查询

    multipart/form-data：purpose 为查询目的，file 为统一社会信用代码的 CSV（第一列）或者 JSON（数组），至多 10000 个。
    在后台逐段答复，有误的代码只影响它自己一行。
    """
    actor, purpose, codes = ask(current()), request.form.get("purpose", ""), tuple(files.codes_sent())
    said = [purpose, hashlib.sha256("\n".join(codes).encode()).hexdigest()]
    made = make(
        InquiryMade, BeginInquiry(actor, purpose, codes), sent_file(headers, [*said]), lambda token: {"token": token}
    )
    return made, 201


@api.validate(resp=answers(HTTP_200=InquiryProgress), operation_id="show_inquiry", tags=["records"])
def show_inquiry(token: str) -> InquiryProgress:
    """一次批量查询

    答复到了哪里。结果保留 7 天。
    """
    here = current()
    with here.read() as tx:
        row = results.one(tx, here.actor, token).row
    return InquiryProgress.model_validate({name: getattr(row, name) for name in InquiryProgress.model_fields})


@api.validate(resp=answers(), operation_id="fetch_inquiry_table", tags=["records"])
def inquiry_table(token: str) -> Answer:
    """批量查询结果（CSV）

    已经答复的每个代码一行。
    """
    here = current()
    with here.read() as tx:
        row = results.one(tx, here.actor, token).row
        return _checked(files.answers_csv(f"inquiry-{token[:6]}", results.answers(tx, row.id)))


@api.validate(resp=answers(), operation_id="fetch_inquiry_answers", tags=["records"])
def inquiry_json(token: str) -> Answer:
    """批量查询结果（JSON）

    已经答复的每个代码一项。
    """
    here = current()
    with here.read() as tx:
        row = results.one(tx, here.actor, token).row
        return _checked(files.answers_json(f"inquiry-{token[:6]}", row, results.answers(tx, row.id)))


def _checked(sent: Response) -> Response:
    """Return the answer so that what checks every answer of the API can read it."""
    sent.direct_passthrough = False
    return sent


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="stop_inquiry", tags=["records"])
def stop_inquiry(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """停止批量查询

    已经答复的保留，可以继续。
    """
    return changed(StopInquiry(writer(current()), token), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="resume_inquiry", tags=["records"])
def resume_inquiry(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """继续批量查询

    停止或者中断的，从停下的地方继续。
    """
    return changed(ResumeInquiry(writer(current()), token), sent(headers))
