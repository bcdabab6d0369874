"""What the API tells of letters."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from repairflow.web.api.schemas.common import Answer


class LetterAnswer(Answer):
    """A letter of a case."""

    token: str
    kind: str
    title: str
    number: str
    state: str
    issued_at: datetime
    event_seq: int
    text_digest: str
    pdf_digest: str | None
    pdf_size: int | None
    pdf: str | None = Field(description="PDF 的地址；尚在生成时为空")
    verify: str = Field(description="公开查验的地址")


class LettersAnswer(Answer):
    """The letters of a case, newest first."""

    case: str
    items: list[LetterAnswer]


class VerifiedAnswer(Answer):
    """A letter as the public may see it."""

    title: str
    number: str
    issued_at: datetime
    office: str
    subject: str
    state: str
    state_label: str
    superseded_by: str | None
    pdf_digest: str | None
    text_digest: str
    chain_head: str
    genuine: bool = Field(description="文号、种类、内容摘要与办理留痕一致")
    position: int | None = Field(description="在审计日志中的位置")
    anchored: bool = Field(description="已有签名检查点覆盖")
