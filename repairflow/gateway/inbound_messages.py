"""Messages that other platforms send us (平台来文): CloudEvents 1.0 in JSON, in the envelope of our own (`messages`).

A national or provincial platform that takes applications in (一网通办), and an authority's system that delivers decisions, say
with them what a person would enter here: file, take the applicant's next step, deliver, correct or annul a penalty.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import Field, ValidationError, field_validator

from repairflow import plain
from repairflow.gateway.messages import TYPE_PREFIX, MessageError, Part

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INBOUND_PREFIX = TYPE_PREFIX + "inbound."
VERSION = 1
"""Of the schemas: a field more is the same version, a field that is gone or means something else the next."""
MOST_FILES = 30
MOST_ROWS = 100
MOST_FAULTS = 50
SERIAL = r"[A-Za-z0-9._~-]{1,60}"
"""A serial: what stands in an address as it is, so that its message can be asked after."""
NO_SERIALS = (".", "..")
"""Texts of that form that an address leaves out."""

Value: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any] | None


class File(Part):
    """A material: its kind as the procedure names it, its name there, and its bytes in Base64."""

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: str = Field(min_length=1, max_length=200)
    content: str = Field(min_length=1, json_schema_extra={"contentEncoding": "base64"})

    @field_validator("content")
    @classmethod
    def _is_base64(cls, text: str) -> str:
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("不是 Base64") from None
        return text

    def decoded(self) -> bytes:
        """Return the bytes of the file."""
        return base64.b64decode(self.content)


class About(Part):
    """A record as its sender knows it: by our number, or by the number of the authority's decision and whose it is."""

    number: str | None = Field(default=None, max_length=40)
    doc_no: str | None = Field(default=None, max_length=200)
    subject: str | None = Field(default=None, max_length=18, description="统一社会信用代码")


class Application(Part):
    """申请、异议、陈述意见等 of a subject, who was identified by the platform."""

    procedure: str = Field(min_length=1, max_length=40)
    kind: str | None = Field(default=None, max_length=40)
    subject: str = Field(pattern=r"^[0-9A-Za-z]{18}$", description="申请人的统一社会信用代码：信息、办件须是它的")
    record: About | None = None
    case: str | None = Field(default=None, max_length=60, description="此前办件的申请流水号或者我方办件编号")
    inputs: dict[str, Value] = Field(default_factory=dict)
    materials: tuple[File, ...] = Field(default=(), max_length=MOST_FILES)


class Step(Part):
    """The applicant's next step in what it filed (补正、陈述、撤回): by the serial of its filing."""

    application: str = Field(pattern=f"^{SERIAL}$")
    action: str = Field(min_length=1, max_length=60)
    reason: str | None = Field(default=None, max_length=5000)
    inputs: dict[str, Value] = Field(default_factory=dict)
    materials: tuple[File, ...] = Field(default=(), max_length=MOST_FILES)


class Materials(Part):
    """补充材料 for a step that takes nothing else: the step is found by itself."""

    application: str = Field(pattern=f"^{SERIAL}$")
    materials: tuple[File, ...] = Field(min_length=1, max_length=MOST_FILES)


class Records(Part):
    """行政处罚信息, as rows of a delivered table: the fields of either 双公示 layout, by code or by heading."""

    rows: tuple[dict[str, str], ...] = Field(min_length=1, max_length=MOST_ROWS)


class Correction(Part):
    """更正: what an authority's decision says from now on, as a row; a difference from what stands waits for a person."""

    row: dict[str, str]
    reason: str = Field(min_length=1, max_length=500)


class Annulment(Part):
    """撤销: a decision that was undone, by which document. Two people of its office confirm it here."""

    record: About
    ground: str = Field(min_length=1, max_length=40)
    document: str = Field(min_length=1, max_length=200)
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    reason: str = Field(min_length=1, max_length=500)

    @field_validator("day")
    @classmethod
    def _is_a_day(cls, text: str) -> str:
        try:
            plain.day(text)
        except ValueError:
            raise ValueError("没有这一天") from None
        return text


Said: TypeAlias = Application | Step | Materials | Records | Correction | Annulment
KINDS: Mapping[str, type[Said]] = {
    "application": Application,
    "step": Step,
    "materials": Materials,
    "records": Records,
    "correction": Correction,
    "annulment": Annulment,
}
TITLES: Mapping[str, str] = {
    "application": "申请、异议等（申请人在平台提出，平台已核验身份）",
    "step": "申请人在已提出的申请中的下一步：补正、陈述申辩、撤回等",
    "materials": "补充材料",
    "records": "行政处罚信息",
    "correction": "认定单位更正行政处罚信息",
    "annulment": "行政处罚决定被撤销、变更，或者确认违法、无效",
}
"""What each kind says, for people."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it came: `sequence` grows within its `lane`. `said` fits its kind, unless `faults` (where, what) say why
    nothing does."""

    serial: str
    kind: str
    lane: str
    sequence: int
    said: Said | None
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> tuple[File, ...]:
        """The files it brings, in their order."""
        return self.said.materials if isinstance(self.said, Application | Step | Materials) else ()


def read(body: bytes) -> Inbound:
    """Return the message in `body`; MessageError for what is no message in the envelope."""
    envelope = _envelope(body)
    kind = str(envelope["type"]).removeprefix(INBOUND_PREFIX)
    said: Said | None = None
    faults: tuple[tuple[str, str], ...] = ()
    if kind not in KINDS:
        kind, faults = kind[:40], (("type", f"没有这种报文，可用：{'、'.join(KINDS)}"),)
    else:
        try:
            said = KINDS[kind].model_validate(envelope["data"])
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            faults = tuple((".".join(map(str, one["loc"])) or "data", _in_words(one)) for one in found[:MOST_FAULTS])
    return Inbound(str(envelope["id"]), kind, str(envelope["partitionkey"]), int(envelope["sequence"]), said, faults)


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a whole message of this kind; KeyError for a kind there is not."""
    data = KINDS[kind].model_json_schema()
    definitions = data.pop("$defs", {})
    properties = {
        "specversion": {"const": "1.0"},
        "id": {
            "type": "string",
            "pattern": f"^{SERIAL}$",
            "not": {"enum": list(NO_SERIALS)},
            "description": "流水号：同一份报文重发时相同",
        },
        "source": {"type": "string"},
        "type": {"const": INBOUND_PREFIX + kind},
        "time": {"type": "string", "format": "date-time"},
        "partitionkey": {
            "type": "string",
            "pattern": "^[!-~]{1,80}$",
            "description": "同一值的报文按 sequence 先后办理",
        },
        "sequence": {"type": "string", "pattern": "^[0-9]{1,19}$"},
        "data": data,
    }
    required = ["specversion", "id", "type", "partitionkey", "sequence", "data"]
    return {
        "$schema": DIALECT, "$id": schema_name(kind), "title": TITLES[kind], "description": f"版本 {VERSION}",
        "type": "object", "required": required, "properties": properties, "$defs": definitions,
    }  # fmt: skip


def schema_name(kind: str) -> str:
    """Return the name under which the schema of a kind is published."""
    return f"inbound-{kind}-{VERSION}.json"


_PIECES: Mapping[str, str] = {
    "specversion": r"1\.0",
    "id": SERIAL,
    "partitionkey": r"[!-~]{1,80}",
    "sequence": r"[0-9]{1,19}",
}


def _envelope(body: bytes) -> dict[str, Any]:
    """Return the envelope, its own fields in form; MessageError naming the first that is not."""
    try:
        found = plain.parsed(body)
    except ValueError:
        raise MessageError("报文不是有效的 JSON。") from None
    if not isinstance(found, dict) or not plain.all_storable(found):
        raise MessageError("报文不是有效的 CloudEvents 1.0 消息，或者含有无法识别的字符。")
    for name, form in _PIECES.items():
        if not isinstance(found.get(name), str) or not re.fullmatch(form, found[name]):
            raise MessageError(f"报文的 {name} 没有写明，或者格式不符。")
    if found["id"] in NO_SERIALS:
        raise MessageError("报文的 id 不能只是一个或者两个点：不能据以查询。")
    if int(found["sequence"]) >= 1 << 62:
        raise MessageError("报文的 sequence 过大。")
    if not str(found.get("type", "")).startswith(INBOUND_PREFIX):
        raise MessageError(f"报文的 type 应以 {INBOUND_PREFIX} 开头。")
    if not isinstance(found.get("data"), dict):
        raise MessageError("报文没有 data。")
    return found


def _in_words(fault: Mapping[str, Any]) -> str:
    """Return what is wrong, in Chinese: pydantic's own words are English."""
    kind, more = str(fault["type"]), fault.get("ctx", {})
    words = {
        "missing": "没有填写",
        "extra_forbidden": "没有这个字段",
        "string_too_long": f"超过 {more.get('max_length')} 个字符",
        "string_too_short": "没有填写",
        "too_long": f"超过 {more.get('max_length')} 项",
        "too_short": "没有内容",
        "string_pattern_mismatch": "格式不符",
        "value_error": str(more.get("error", "不符合要求")),
    }
    return words.get(kind, "类型不符")
