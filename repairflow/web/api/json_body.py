"""The body of a call, read before its view: JSON that every program reads the same way, or one uploaded file."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from repairflow import plain
from repairflow.errors import Unreadable

MULTIPART = "multipart/form-data"
LONGEST = 1 << 20
"""Bytes of JSON: it is taken apart whole, and what is uploaded comes as a file."""
UPLOADS = ("api.upload_material", "api.upload_import", "api.begin_inquiry")


def check() -> None:
    """Look at the body of this request.

    Raises UnsupportedMediaType for another kind than the view takes, RequestEntityTooLarge for JSON longer than a form
    may be, BadRequest for what is no JSON object.
    """
    if request.method != "POST":
        return
    wanted = MULTIPART if request.endpoint in UPLOADS else "application/json"
    if request.mimetype != wanted:
        raise UnsupportedMediaType
    if wanted != MULTIPART and (request.content_length or 0) > LONGEST:
        raise RequestEntityTooLarge
    if wanted != MULTIPART and not isinstance(_parsed(), dict):
        raise BadRequest


def _parsed() -> object:
    """Return the JSON body; None for one that is none.

    That includes NaN and the like and numbers beyond 64 bits, which no two programs read the same way, and repeated names.
    Raises Unreadable for text that no database holds.
    """
    try:
        found = plain.parsed(request.get_data())
    except ValueError:
        return None
    if not plain.all_storable(found):
        raise Unreadable
    return found
