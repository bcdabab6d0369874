"""Answers for programs of anybody: kept by caches for some minutes, asked again by tag, read by pages of other sites as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from flask import Response, request

from repairflow.web.core.context import current

FRESH = 300
"""Seconds for which a cache need not ask again."""


def as_json(value: Mapping[str, object], changed: datetime | None = None) -> Response:
    """Return the value as JSON, or 304 where the asker has it. `changed`: since when it has been so, where that is known."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return opened(Response(text, mimetype="application/json"), changed)


def opened(answer: Response, changed: datetime | None = None) -> Response:
    """Return the answer as everybody may have it; nothing of its visitor stands in it."""
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if changed is not None:
        answer.last_modified = changed
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def address(path: str) -> str:
    """Return an address for programs, which may have come by another name of this site: as letters have it."""
    return f"{current().settings.public_url.rstrip('/')}{path}"
