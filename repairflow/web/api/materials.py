"""Materials over the API: multipart, one file a request."""

from __future__ import annotations

import re

from flask import Blueprint, request

from repairflow import times
from repairflow.casework.case_state import materials
from repairflow.errors import Invalid, Problem
from repairflow.gateway.uploads import ACCEPTED
from repairflow.web.api.context import Room, answers
from repairflow.web.api.schemas.cases import MaterialReceived
from repairflow.web.core import access

KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` takes uploads."""

    @door.post("/materials")
    @access.access(access.SIGNED_IN)
    @room.api.validate(
        resp=answers(413, 415, 429, HTTP_201=MaterialReceived), operation_id="upload_material", tags=["materials"]
    )
    def upload_material() -> tuple[MaterialReceived, int]:
        """上传材料

        multipart/form-data：kind 为材料种类，file 为文件。得到的 token 供提出申请或办理一步时使用。
        """
        actor = room.writer()
        kind, sent = request.form.get("kind", ""), request.files.get("file")
        problems = []
        if not KIND.fullmatch(kind):
            problems.append(Problem("kind", "请写明材料种类的编码"))
        if sent is None:
            problems.append(Problem("file", f"请选择一个 {ACCEPTED} 文件"))
        if sent is None or problems:
            raise Invalid("请求内容有误，请按提示修改。", problems)
        name, content = sent.filename or "", sent.read()
        with room.db.begin() as tx:
            token = materials.receive(
                tx,
                room.services.materials,
                actor,
                kind=kind,
                file_name=name,
                content=content,
                limit=room.services.max_upload,
                now=times.now(),
                allowance=room.services.allowance(request.remote_addr),
            )
        shown = materials.shown_name(name)
        return MaterialReceived(token=token, kind=kind, file_name=shown, size=len(content)), 201
