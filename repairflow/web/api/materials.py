"""Materials over the API: multipart, one file a request."""

from __future__ import annotations

import re

from flask import request

from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.errors import Invalid, Problem
from repairflow.gateway.uploads import ACCEPTED
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.cases import MaterialReceived
from repairflow.web.core.context import current
from repairflow.web.shared import form_files

KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


@api.validate(
    resp=answers(413, 415, 429, HTTP_201=MaterialReceived), operation_id="upload_material", tags=["materials"]
)
def upload_material() -> tuple[MaterialReceived, int]:
    """上传材料

    multipart/form-data：kind 为材料种类，表单项要求的文件写该项的编码，file 为文件。得到的 token 供提出申请或办理一步时使用。
    """
    here = current()
    actor = writer(here)
    kind, sent = request.form.get("kind", ""), request.files.get("file")
    problems = []
    if not KIND.fullmatch(kind):
        problems.append(Problem("kind", "请写明材料种类的编码"))
    if sent is None:
        problems.append(Problem("file", f"请选择一个 {ACCEPTED} 文件"))
    if sent is None or problems:
        raise Invalid("请求内容有误，请按提示修改。", problems)
    name, content = sent.filename or "", sent.read()
    token = form_files.keep(here, actor, SentFile(kind, name, content))
    with here.read() as tx:
        made = materials.kept(tx, token)
    return MaterialReceived(token=token, kind=kind, file_name=made.file_name, size=made.size), 201
