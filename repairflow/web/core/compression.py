"""Smaller static files for browsers that take them compressed: the first page of a visitor on a slow line.

Pages are never compressed: their length would tell who listens what stands beside a secret in them.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

WORTH_IT = 1024
"""Bytes from which on compressing saves a packet."""
KINDS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def install(app: Flask) -> None:
    """Ensure that style sheets, scripts and drawings go out compressed where the browser takes gzip; nothing else changes."""

    @app.after_request
    def smaller(response: AnyResponse) -> AnyResponse:
        if request.endpoint != "static" or response.mimetype not in KINDS:
            return response
        response.vary.add("Accept-Encoding")
        whole = request.method == "GET" and response.status_code == 200 and "Range" not in request.headers
        if not whole or not request.accept_encodings["gzip"] or (response.content_length or 0) < WORTH_IT:
            return response
        response.direct_passthrough = False
        tag, _ = response.get_etag()
        response.set_data(_packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
        if tag:
            response.set_etag(tag, weak=True)  # the same file in other bytes
        return response


@lru_cache(maxsize=32)
def _packed(content: bytes) -> bytes:
    """Return the files are few and change with the program alone."""
    return gzip.compress(content, mtime=0)
