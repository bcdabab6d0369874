"""What is asked and answered about the internal notes of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Request

Login = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class CaseNoteRequest(Request):
    """A note, and whom it names."""

    text: str = Field(max_length=2000, description="备注")
    named: list[Login] = Field(
        default_factory=list, max_length=20, description="被提到的人的登录名，没有同名的也可以写姓名"
    )


class NoteAnswer(Answer):
    """One note."""

    seq: int = Field(description="备注的序号")
    at: datetime = Field(description="填写时间")
    by: str = Field(description="填写人")
    named: list[str] = Field(description="被提到的人的姓名")
    text: str | None = Field(description="备注；已经依申请删除的为 null")


class NotesAnswer(Answer):
    """The notes of a case, newest first."""

    items: list[NoteAnswer] = Field(description="备注，最新的在前")
