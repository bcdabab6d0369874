"""The JSON Schema of every kind of message, as it is published for whoever programs the other side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from repairflow.gateway.messages import KINDS, TYPE_PREFIX, VERSION, schema_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLES: Mapping[str, str] = {
    "record_changed": "失信信息按现状公示、标注异议、停止公示（公示期满或修复）或者恢复",
    "repair_result": "信用修复结果：准予、不予、撤销、暂停公示及其恢复",
    "objection_status": "异议标注及其解除、异议办理结果和更正后的内容",
    "list_change": "列入、移出名单，或者撤销列入",
    "honour_change": "列入、退出守信名单",
    "interview_record": "约谈记录",
    "measure_impose": "惩戒措施已登记在案",
    "measure_lift": "解除惩戒措施",
    "measure_restore": "恢复惩戒措施（解除的依据被撤销）",
    "act_changed": "行政许可等信息按现状公示、加注或者取消异议标注、终止公示（撤下、决定被撤销、失效）",
    "letter_change": "此前告知的文书被更正、重新出具或者撤回",
}
"""What each kind says, for people."""


class Field(NamedTuple):
    """One field of a message's data, as a table shows it."""

    name: str
    type: str
    required: bool


@cache
def schema(kind: str) -> dict[str, Any]:
    """Return the schema of a whole message of this kind, envelope and data; KeyError for a kind there is not."""
    data = KINDS[kind].model_json_schema(by_alias=True, mode="serialization")
    definitions = data.pop("$defs", {})
    for part in (data, *definitions.values()):
        part.pop("additionalProperties", None)  # a later field more is no fault of the message
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    properties = {
        "specversion": {"const": "1.0"},
        "id": text | {"description": "报文编号：每次重发都相同，收到过的不再办理"},
        "source": text,
        "type": {"const": TYPE_PREFIX + kind},
        "subject": text | {"description": "信息或者办件编号"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": text,
        "partitionkey": text | {"description": "同一值的报文按 sequence 先后办理，不同值的互不等待"},
        "sequence": {"type": "string", "pattern": "^[0-9]{19}$"},
        "data": data,
    }
    test = {
        "test": {"const": True, "description": "测试报文：照常答复，不改变任何公示内容，不计入数量"},
        "testanswer": {"enum": ["pending", "refused"], "description": "只用于测试报文：请以这种答复作答"},
    }
    return {
        "$schema": DIALECT, "$id": schema_name(kind), "title": TITLES[kind], "description": f"版本 {VERSION}",
        "type": "object", "required": list(properties), "properties": properties | test, "$defs": definitions,
    }  # fmt: skip


def fields(kind: str) -> list[Field]:
    """Return what the data of a kind holds, by dotted name; those a platform can rely on are `required`."""
    whole = schema(kind)
    return list(_fields(whole["properties"]["data"], whole["$defs"], ""))


def _fields(part: Mapping[str, Any], known: Mapping[str, Any], before: str) -> list[Field]:
    found = []
    for name, one in part.get("properties", {}).items():
        options = [option for option in one.get("anyOf", [one]) if option.get("type") != "null"]
        inner = known.get(str(options[0].get("$ref", "")).rpartition("/")[2])
        required = name in part.get("required", ()) and len(options) == len(one.get("anyOf", [one]))
        if inner is not None:
            found += [
                field._replace(required=field.required and required)
                for field in _fields(inner, known, f"{before}{name}.")
            ]
        else:
            found.append(Field(before + name, _type(options), required))
    return found


def _type(options: list[Mapping[str, Any]]) -> str:
    """Return every choice where there are few, else the type."""
    said = []
    for one in options:
        choices = one.get("enum") or ([one["const"]] if "const" in one else [])
        said.append("、".join(map(str, choices)) or str(one.get("format") or one.get("type", "")))
    return " / ".join(dict.fromkeys(said))
