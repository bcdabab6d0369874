"""What is asked and answered about pushes that do not get through."""

from __future__ import annotations

from pydantic import Field

from repairflow.web.api.schemas.changes import ChangeMade, Line
from repairflow.web.api.schemas.requests import Request


class PushesRequest(Request):
    """Pushes that were given up."""

    pushes: list[int] = Field(max_length=200, description="推送编号，见 GET /pushes")


class NoteRequest(Request):
    """What was found out about a push."""

    note: Line = Field(description="与对方核对的情况")


class RetriedMade(ChangeMade):
    """What sending several pushes again did."""

    retried: int = Field(description="重新排入的件数")
