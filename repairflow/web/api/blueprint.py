"""The blueprint of the JSON API, and its OpenAPI description."""

from __future__ import annotations

import json
import math
from typing import Any

from flask import Blueprint, Flask, Response, request
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from repairflow import __version__, plain
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.errors import Unreadable
from repairflow.settings import Settings
from repairflow.web.api import cases, commands, letters, materials, records
from repairflow.web.api.context import LOOKS, MINUTE, WRITES, Room, refuse, trusted
from repairflow.web.core import access
from repairflow.web.core.rate_limit import Shared, Throttle

PREFIX = "/api/v1"
MULTIPART = "multipart/form-data"
DESCRIPTION = """RepairFlow 的接口：与页面使用同样的命令和查询。

用 `repairflow user token` 生成的令牌调用：`Authorization: Bearer …`。错误一律为 RFC 9457 problem+json，
不存在与无权查看的回答相同（404）。改变办件的请求须带 `Idempotency-Key`，并写明所见的版本。"""


def make_api(app: Flask, settings: Settings, db: Database, services: Services) -> None:
    """Afterwards `app` answers under /api/v1, and /api/v1/openapi.json describes it."""
    api = SpecTree(
        "flask",
        before=refuse,
        after=trusted,
        mode="strict",
        title="RepairFlow",
        version=__version__,
        description=DESCRIPTION,
        path=PREFIX.lstrip("/") + "/apidoc",
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _parent, child: child,
        security_schemes=[
            SecurityScheme(name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))
        ],
        security={"bearer": []},
    )
    room = Room(settings, db, services, api, Throttle(WRITES, MINUTE), Shared(db, settings, "verify", LOOKS, MINUTE))
    door = Blueprint("api", __name__, url_prefix=PREFIX)
    described: dict[str, bytes] = {}

    @door.before_request
    def read_body() -> None:
        if request.method != "POST":
            return
        wanted = MULTIPART if request.endpoint == "api.upload_material" else "application/json"
        if request.mimetype != wanted:
            raise UnsupportedMediaType
        if wanted != MULTIPART and not isinstance(_parsed(), dict):
            raise BadRequest

    @door.get("/openapi.json")
    @access.access(access.PUBLIC)
    def openapi() -> Response:
        if not described:
            described["json"] = json.dumps(description(api), ensure_ascii=False).encode()
        return Response(described["json"], mimetype="application/json")

    for views in (records, cases, commands, materials, letters):
        views.install(door, room)
    app.register_blueprint(door)


def _parsed() -> Any:
    """The JSON body; None for one that is none.

    That includes NaN and the like and numbers beyond 64 bits, which no two programs read the same way, and repeated names.
    Raises Unreadable for text that no database holds.
    """
    try:
        found = json.loads(
            request.get_data(),
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
            object_pairs_hook=_once,
        )
        _look_at(found)
    except (ValueError, RecursionError):
        return None
    return found


def _no_number(_: str) -> None:
    raise ValueError("no JSON")


def _whole(digits: str) -> int:
    return plain.whole(digits, -plain.MOST)


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise ValueError("beyond any number")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _look_at(found: Any) -> None:
    if isinstance(found, str) and not plain.storable(found):
        raise Unreadable
    if isinstance(found, dict):
        found = [*found, *found.values()]
    for part in found if isinstance(found, list) else ():
        _look_at(part)


def description(api: SpecTree) -> dict[str, Any]:
    """The OpenAPI 3.1 document: as the views declare it, with problems and uploads as what they are."""
    spec: dict[str, Any] = json.loads(json.dumps(api.spec))
    for methods in spec["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status >= "400" and "content" in answer:
                    answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    paths = spec["paths"]
    paths[f"{PREFIX}/materials"]["post"]["requestBody"] = {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["kind", "file"],
                    "properties": {
                        "kind": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                    },
                }
            }
        },
    }
    pdf = {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string"}}}}
    paths[PREFIX + "/letters/{token}.pdf"]["get"]["responses"]["200"] = pdf
    return spec
