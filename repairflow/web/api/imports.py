"""Delivered tables over the API: handed in, looked at, confirmed, given up, stopped, resumed."""

from __future__ import annotations

from flask import request

from repairflow import vault
from repairflow.casework.case_state.materials import shown_name
from repairflow.casework.changes import BeginImport, DropImport, StopImport
from repairflow.casework.queries.records import imports
from repairflow.errors import Invalid, Problem
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import ChangeMade, ImportAnswer, ImportMade, ImportProblem, Nothing
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent, sent_file
from repairflow.web.core.context import RequestContext, current
from repairflow.web.shared import import_runs

SHOWN = 200


@api.validate(resp=answers(409, 413, 415, 429, HTTP_201=ImportMade), operation_id="upload_import", tags=["imports"])
def upload_import(headers: Keyed) -> tuple[ImportMade, int]:
    """报送数据文件

    multipart/form-data：office 为报送单位的编码，file 为文件。文件先检查，确认后才写入。
    补报历史数据的，provenance 写明资料来源。
    """
    here = current()
    actor = writer(here)
    office_id, name, content = _read(here)
    token, digest, files = vault.token(), vault.digest(content), import_runs.files(here)
    files.keep(token, content)  # before the transaction: others wait for that one
    past = request.form.get("provenance", "")
    given = BeginImport(actor, token, office_id, name, digest, past)
    made = make(
        ImportMade,
        given,
        sent_file(headers, [office_id, name, digest, past]),
        lambda _: {"token": token},
    )
    if made.token != token:  # the same request again: its file lies here already
        files.remove(token)
    return made, 201


@api.validate(resp=answers(HTTP_200=ImportAnswer), operation_id="show_import", tags=["imports"])
def show_import(token: str) -> ImportAnswer:
    """一次报送

    检查或者写入到了哪里，有什么问题。
    """
    here = current()
    run = import_runs.find(here, token)
    with here.read() as tx:
        found = imports.problems(tx, run.row.id, most=SHOWN)
    row = run.row
    return ImportAnswer(
        token=row.token, file_name=row.file_name, office=row.office_code, state=row.state, rows_total=row.rows_total,
        rows_done=row.rows_done, rows_new=row.rows_new, rows_same=row.rows_same, rows_refused=row.rows_refused,
        rows_held=row.rows_held, message=row.message,
        problems=[ImportProblem(row=one.row, field=one.field, reason=one.reason) for one in found],
    )  # fmt: skip


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="confirm_import", tags=["imports"])
def confirm_import(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """确认写入

    检查过的文件开始写入。
    """
    here = current()
    writer(here)
    return changed(import_runs.confirming(here, token), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="drop_import", tags=["imports"])
def drop_import(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """放弃

    检查过的文件不再写入，没有导入任何一行。
    """
    here = current()
    made = changed(DropImport(writer(here), token), sent(headers))
    if made.changed:
        import_runs.files(here).remove(token)
    return made


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="stop_import", tags=["imports"])
def stop_import(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """停止

    已经写入的行保留，可以继续。
    """
    return changed(StopImport(writer(current()), token), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="resume_import", tags=["imports"])
def resume_import(token: str, json: Nothing, headers: Keyed) -> ChangeMade:
    """继续

    失败或者停止的文件从停下的地方继续。
    """
    here = current()
    writer(here)
    return changed(import_runs.resuming(here, token), sent(headers))


def _read(here: RequestContext) -> tuple[int, str, bytes]:
    """Id of the office, name and content of the file. Invalid naming what is missing."""
    with here.read() as tx:
        places = imports.offices(tx, here.actor)
    place = next((place for place in places if place.code == request.form.get("office")), None)
    file = request.files.get("file")
    problems = [] if place is not None else [Problem("office", "请填写您办理业务的报送单位的编码")]
    content = file.read() if file is not None else b""
    if not content:
        problems.append(Problem("file", "请选择要导入的文件，文件不能为空"))
    elif len(content) > here.services.max_import:
        problems.append(Problem("file", f"文件超过 {here.settings.max_import_mib} MB，请拆分后分别导入"))
    if place is None or file is None or problems:
        raise Invalid("请求内容有误，请按提示修改。", problems)
    return place.id, shown_name(file.filename or ""), content
