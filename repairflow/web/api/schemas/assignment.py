"""What is asked and answered about who sees to a case."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from repairflow.web.api.schemas.common import Answer
from repairflow.web.api.schemas.requests import Request


class ClaimRequest(Request):
    """Nothing but the wish."""


class AssignmentRequest(Request):
    """To whom a part of the case is given."""

    role: str = Field(min_length=1, max_length=40, description="岗位，应为 waiting 中的一个")
    login: str = Field(max_length=80, description="承办人的登录名；空为退回")


class PartAnswer(Answer):
    """Who sees to one post's part."""

    role: str = Field(description="岗位")
    name: str = Field(description="承办人姓名")
    way: Literal["claimed", "by_hand", "turn", "person", "absence"] = Field(
        description="claimed 认领，by_hand 分办，turn、person 按规则，absence 请假移交"
    )
    at: datetime = Field(description="分办时间")


class AssignmentAnswer(Answer):
    """Who sees to the parts of a case."""

    waiting: list[str] = Field(description="现在轮到的岗位")
    items: list[PartAnswer] = Field(description="各岗位的承办人")
