"""Answers that no search engine lists and no cache keeps: what was typed, or the address itself, may name somebody."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response as AnyResponse


def unlisted(page: str | AnyResponse, status: int = 200) -> AnyResponse:
    """Return the page, not to be indexed, kept or told to the next site."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
