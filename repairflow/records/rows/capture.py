"""Rows of captured pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class PageCaptureRow(NamedTuple):
    """A page of a platform as it was seen; what is None was not reached (yet), `picture` where no Chromium is."""

    id: int
    token: str
    finding_id: int
    url: str
    asked_by: int | None
    asked_at: datetime
    state: str
    message: str | None
    captured_at: datetime | None
    final_url: str | None
    status: int | None
    media_type: str | None
    content: bytes | None
    digest: str | None
    text: str | None
    named: Sequence[str] | None
    picture: bytes | None
    picture_digest: str | None
