"""Answers for programs of anybody: kept by caches for some minutes, asked again by tag, read by pages of other sites as well."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request

FRESH = 300
"""Seconds for which a cache need not ask again."""


def as_json(value: Mapping[str, object]) -> Response:
    """The value as JSON, or 304 where the asker has it."""
    return opened(Response(json.dumps(value, ensure_ascii=False, indent=1) + "\n", mimetype="application/json"))


def opened(answer: Response) -> Response:
    """The answer as everybody may have it; nothing of its visitor stands in it."""
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
