"""Descriptions of open data for programs: a JSON Schema of each page, and the metadata of each table (CSV on the Web)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from repairflow.casework.queries.records.open_data_table import Dataset, Field

Json: TypeAlias = Mapping[str, object]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
YES, NO = "是", "否"
_TYPES: Mapping[str, Json] = {
    "string": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
}
_ADDRESS: Json = {"type": "string", "format": "uri"}


def json_schema(of: Dataset, address: str) -> dict[str, object]:
    """Return the schema of one page of the table; `address` is where it is published."""
    row = {
        "type": "object", "additionalProperties": False, "required": [one.name for one in of.fields],
        "properties": {one.name: _property(one) for one in of.fields},
    }  # fmt: skip
    return {
        "$schema": DRAFT, "$id": address, "title": of.title, "description": of.summary, "type": "object",
        "additionalProperties": False, "required": ["dataset", "title", "as_of", "licence", "schema", "rows", "next"],
        "properties": {
            "dataset": {"const": of.name}, "title": {"type": "string"}, "as_of": {"type": "string", "format": "date"},
            "licence": _ADDRESS, "schema": _ADDRESS, "rows": {"type": "array", "items": row},
            "next": {"anyOf": [_ADDRESS, {"type": "null"}], "description": "下一页的地址；最后一页没有"},
        },
    }  # fmt: skip


def csv_metadata(of: Dataset, table: str, licence: str) -> dict[str, object]:
    """Return the metadata of the table at the address `table` (W3C, Metadata Vocabulary for Tabular Data)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh-CN"}], "url": table, "dc:title": of.title,
        "dc:description": of.summary, "dc:license": {"@id": licence},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "tableSchema": {"columns": [_column(one) for one in of.fields]},
    }  # fmt: skip


def _property(of: Field) -> dict[str, object]:
    kind = _TYPES[of.kind]
    said: dict[str, object] = {"title": of.title, **({"description": of.note} if of.note else {})}
    return {**said, **(kind if of.required else {"anyOf": [kind, {"type": "null"}]})}


def _column(of: Field) -> dict[str, object]:
    kind: object = {"base": "boolean", "format": f"{YES}|{NO}"} if of.kind == "boolean" else of.kind
    return {
        "name": of.name, "titles": [of.title], "datatype": kind, "required": of.required,
        **({"dc:description": of.note} if of.note else {}),
    }  # fmt: skip
