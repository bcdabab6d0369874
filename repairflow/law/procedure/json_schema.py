"""JSON Schemas of the definition files, for editors that complete and check TOML; written from the models themselves.

A file names its schema in a comment on its first line (`#:schema ../schema/procedure.schema.json`). The schema knows form
only; `law.checks` proves sense.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from repairflow.law.procedure.json_schema_text import FIELDS, MODELS
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import OUTCOMES
from repairflow.law.procedure.statutes import Statute

KINDS: Mapping[str, type[BaseModel]] = {
    "procedure": Procedure,
    "pack": RulePack,
    "overlay": Overlay,
    "statute": Statute,
}
TITLES: Mapping[str, str] = {"procedure": "办理程序", "pack": "规则包", "overlay": "本地细化", "statute": "法律依据"}

_GUARD_USE: dict[str, object] = {
    "title": "前置条件",
    "description": '条件的名称；带参数的写成表，如 { guard = "times_done", action = "no_show", at_least = 2 }',
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["guard"],
            "properties": {"guard": {"type": "string", "description": "条件的名称"}},
            "additionalProperties": {
                "anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
        },
    ],
}


def schema(kind: str) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a kind of file: procedure, pack, overlay or statute; KeyError for another."""
    found = KINDS[kind].model_json_schema(by_alias=True)
    definitions = found.pop("$defs", {})
    if kind != "statute":
        found["properties"].pop("digest")  # computed when a file is read
    _describe(found, KINDS[kind].__name__)
    if "GuardUse" in definitions:  # the model normalises; the file may also give the name alone
        definitions["GuardUse"] = dict(_GUARD_USE)
    for name, definition in definitions.items():
        if name != "GuardUse":
            _describe(definition, name)
    if "State" in definitions:
        # Named here so that an editor offers them; an unknown outcome is the checks' business, which say why it matters.
        definitions["State"]["properties"]["outcome"]["examples"] = sorted(OUTCOMES)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **found,
        "title": TITLES[kind],
        "$defs": definitions,
    }


def _describe(definition: dict[str, Any], model: str) -> None:
    definition.pop("title", None)
    definition["description"] = MODELS[model]
    for name, spec in definition.get("properties", {}).items():
        spec.pop("title", None)
        spec["description"] = FIELDS.get(f"{model}.{name}") or FIELDS[name]


def write(folder: Path) -> list[Path]:
    """Write the schema of every kind into `folder`, as `<kind>.schema.json`; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in KINDS:
        path = folder / f"{kind}.schema.json"
        path.write_text(json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
