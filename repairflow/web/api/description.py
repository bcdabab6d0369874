"""The OpenAPI description: drawn from the views, and checked with each call and each answer."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from repairflow import __version__
from repairflow.web.api.json_body import MULTIPART
from repairflow.web.api.schemas.common import Problem
from repairflow.web.api.validation import refuse, trusted
from repairflow.web.core.context import Site, site

PREFIX = "/api/v1"
DESCRIPTION = """RepairFlow 的接口：与页面使用同样的命令和查询。

用 `repairflow user token` 生成的令牌调用：`Authorization: Bearer …`。错误一律为 RFC 9457 problem+json，
不存在与无权查看的回答相同（404）。改变办件的请求须带 `Idempotency-Key`，并写明所见的版本。"""

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
    security_schemes=[SecurityScheme(name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
    security={"bearer": []},
)


def answers(*also: int, **good: type[Any]) -> Described:
    """Return the good answers of a view, and problem+json for what every view may answer besides (`also` for more)."""
    refused = {f"HTTP_{status}": Problem for status in (400, 401, 403, 404, 422, *also)}
    return Described(**{**good, **refused})


def openapi() -> Response:
    """Give the description as JSON; made at its first use, for it needs the routes of the application."""
    return Response(site().one(_described), mimetype="application/json")


def _described(_: Site) -> bytes:
    return json.dumps(description(), ensure_ascii=False).encode()


def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document: as the views declare it, with problems and uploads as what they are."""
    spec: dict[str, Any] = json.loads(json.dumps(api.spec))
    for methods in spec["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status >= "400" and "content" in answer:
                    answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    paths = spec["paths"]
    kind = {"kind": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}}
    paths[f"{PREFIX}/materials"]["post"]["requestBody"] = _upload(kind)
    paths[f"{PREFIX}/imports"]["post"]["requestBody"] = _upload({"office": {"type": "string", "maxLength": 40}})
    pdf = {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string"}}}}
    paths[PREFIX + "/letters/{token}.pdf"]["get"]["responses"]["200"] = pdf
    atom = {"description": "Atom", "content": {"application/atom+xml": {"schema": {"type": "string"}}}}
    paths[PREFIX + "/feed.atom"]["get"]["responses"]["200"] = atom
    paths[f"{PREFIX}/standing/runs"]["post"]["requestBody"] = _upload({"purpose": {"type": "string"}})
    for name, media in (("csv", "text/csv"), ("json", "application/json")):
        table = {
            "description": name.upper(),
            "content": {media: {"schema": {"type": "string" if name == "csv" else "object"}}},
        }
        paths[f"{PREFIX}/standing/runs/{{token}}/answers.{name}"]["get"]["responses"]["200"] = table
    return spec


def _upload(beside: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a request that brings one file, and what is said beside it."""
    parts = {**beside, "file": {"type": "string", "contentMediaType": "application/octet-stream"}}
    schema = {"type": "object", "required": [*parts], "properties": parts}
    return {"required": True, "content": {MULTIPART: {"schema": schema}}}
