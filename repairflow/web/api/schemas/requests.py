"""The requests of programs, as pydantic models: strict about names, so that a misspelt field is refused and not ignored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Number = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9.-]{1,40}$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=60)]

RecordState = Literal["unpublished", "published", "disputed", "masked", "held", "ceased", "sealed", "restored"]


SEARCHED = "统一社会信用代码（可以只写一部分）、企业名称（可以是曾用名、拼音首字母）、决定书或者文书的文号，写法不限"
"""What a search box reads besides numbers of its own kind (`casework.search`)."""


class Request(BaseModel):
    """A request: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Request):
    """Which part of a list."""

    after: Cursor | None = Field(None, description="上一页给出的 next")
    limit: int = Field(30, ge=1, le=100, description="每页条数")


class RecordsRequest(Page):
    """Which records."""

    state: RecordState | None = Field(None, description="信息状态")
    search: str | None = Field(
        None,
        max_length=100,
        description=f"信息编号、{SEARCHED}",
    )


class CasesRequest(Page):
    """Which cases."""

    procedure: Name | None = Field(None, description="办理程序")
    state: Literal["open", "all"] = Field("all", description="open：只列未办结的")
    mine: bool = Field(False, description="只列现在轮到调用者办理的")
    order: Literal["newest", "due"] = Field("newest", description="due：按届满日先后")
    search: str | None = Field(
        None,
        max_length=100,
        description=f"办件编号、{SEARCHED}",
    )


class Keyed(BaseModel):
    """Headers of a request that changes something."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    key: str = Field(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,60}$",
        description="调用者自定的请求编号；同一编号重复提交只办理一次，并得到同样的回答",
    )


class FilingRequest(Request):
    """A case to open: on a record, on a subject, or after another case, as the procedure says."""

    procedure: Name = Field(description="办理程序，如 repair、objection")
    record: Number | None = Field(None, description="失信信息编号")
    act: Number | None = Field(None, description="行政许可等信息编号；对它提出异议（objection）时填写，不填写 record")
    subject: Number | None = Field(None, description="统一社会信用代码；程序不针对某条信息时填写")
    case: Number | None = Field(None, description="原办件编号；程序针对另一办件时填写")
    kind: Name | None = Field(None, description="程序分种类时填写")
    channel: Literal["ex_officio", "window"] = Field(
        "ex_officio", description="工作人员提出时：依职权，或者窗口代录；信用主体提出时不看此项"
    )
    inputs: dict[str, object] = Field(
        default_factory=dict, description="表单内容，各项见 GET /records/{number} 或办理程序"
    )
    materials: list[Token] = Field(default_factory=list, max_length=30, description="POST /materials 给出的材料标识")


class StepRequest(Request):
    """An action to take."""

    expected_version: int = Field(ge=1, le=2**31 - 1, description="调用者看到的办件版本；已变化的回答 409")
    reason: str | None = Field(None, max_length=2000, description="理由")
    ground: Name | None = Field(None, description="事由编码，须在所列范围内")
    inputs: dict[str, object] = Field(default_factory=dict, description="该动作要求填写的各项")
    materials: list[Token] = Field(default_factory=list, max_length=30, description="POST /materials 给出的材料标识")


class RegistrationRequest(Request):
    """Another name or legal representative, on a notice of the registration authority."""

    name: str | None = Field(None, max_length=200, description="变更后的名称；没有变更的不写")
    representative: str | None = Field(None, max_length=80, description="变更后的法定代表人；没有变更的不写")
    day: str = Field(max_length=10, description="登记日期，如 2026-06-20")
    notice: str = Field(max_length=200, description="登记通知书文号")


class EndRequest(Request):
    """The end of an organisation."""

    kind: Literal["merger", "split", "deregistration"] = Field(description="合并、分立后解散、注销")
    successor: str | None = Field(None, max_length=40, description="承继人的统一社会信用代码；合并、分立的必填")
    day: str = Field(max_length=10, description="登记日期，如 2026-06-20")
    notice: str = Field(max_length=200, description="登记通知书文号")
