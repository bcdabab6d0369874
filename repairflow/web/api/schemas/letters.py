"""What the API tells of letters."""

from __future__ import annotations

from datetime import date, datetime

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


class SaidAnswer(Answer):
    """What a letter says of one thing, to be held against the paper."""

    label: str
    said: str


class LaterDecisionAnswer(Answer):
    """A decision about the one a letter holds."""

    title: str
    number: str
    issued_at: datetime
    ends: str | None = Field(description="原决定因此怎样：已被撤销、已移出名单等；原决定仍然有效的为空")


class VerifiedAnswer(Answer):
    """A letter as the public may see it."""

    title: str
    kind: str = Field(description="文书种类")
    decided: str | None = Field(description="决定或者结果；不作决定的文书为空")
    details: list[SaidAnswer] = Field(description="正文写明的文书、名单、事由和日期，供与纸面核对")
    served_on: date | None = Field(description="送达日期；没有送达记录的为空")
    number: str
    issued_at: datetime
    office: str
    subject: str
    state: str
    state_label: str
    superseded_by: str | None
    changed_on: date | None = Field(description="撤回、被新文书替代或者更正的日期；没有的为空")
    ended: str | None = Field(
        description="文书没有撤回或者被替代，但是其中的决定已被后来的决定终结，或者所涉信息已被撤销：现在的状况；否则为空"
    )
    later: list[LaterDecisionAnswer] = Field(description="对本文书中的决定后来作出的决定")
    pdf_digest: str | None = Field(description="PDF 的校验值；尚未制作的，或者 pdf_altered 的为空")
    signature: str | None = Field(
        description="PDF 的电子签名、签名证书及其吊销情况；尚未制作的，或者 pdf_altered 的为空"
    )
    signature_doubtful: bool = Field(description="PDF 是在签名证书吊销之后签名的：内容以本接口登记的为准，签名不能采信")
    remade: str | None = Field(description="PDF 重新制作的日期和原因；没有重新制作的为空")
    pdf_altered: bool = Field(description="登记的 PDF 校验值与制作时的留痕不同：不要采信手里的文件，请向制发单位核实")
    text_digest: str
    chain_head: str
    genuine: bool = Field(description="文号、种类、内容摘要与办理留痕一致")
    position: int | None = Field(description="在审计日志中的位置")
    anchored: bool = Field(description="已有签名检查点覆盖")
    replay_agrees: bool | None = Field(
        description="公示状况证明：按出具以前的办理留痕重新计算，是否与证明所写相同；其他文书为空"
    )
