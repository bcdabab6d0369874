"""What the API answers, as pydantic models; the OpenAPI description is made from them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """An answer; never changed once made."""

    model_config = ConfigDict(frozen=True)


class RefusalAnswer(Answer):
    """One reason why the law does not allow it."""

    code: str
    text: str
    basis: list[str]


class ProblemAnswer(Answer):
    """One thing wrong with what was sent."""

    where: str
    text: str


class Problem(Answer):
    """RFC 9457 problem details. Nothing of what was sent is repeated."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    refusals: list[RefusalAnswer] | None = Field(None, description="422：依照程序规定不能办理的全部原因")
    problems: list[ProblemAnswer] | None = Field(None, description="422：填写有误的各项")
    current_version: int | None = Field(None, description="409：办件现在的版本")


class OfficeAnswer(Answer):
    """An office."""

    code: str
    name: str


class SubjectAnswer(Answer):
    """A subject (信用主体)."""

    name: str
    uscc: str | None
