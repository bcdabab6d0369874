"""The exported schemas know every field, explain it in Chinese, take what the models take and refuse what they refuse."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from repairflow.law.procedure.json_schema import KINDS, schema, write
from repairflow.law.procedure.json_schema_text import FIELDS, MODELS
from repairflow.settings import asset
from tests.support.procedures import GOOD, LOCAL, RECORD, spoilt


def faults(kind: str, text: str) -> list[str]:
    data = json.loads(json.dumps(tomllib.loads(text), default=str))  # editors give dates as text
    return [error.message for error in jsonschema_rs.validator_for(schema(kind)).iter_errors(data)]


@pytest.mark.parametrize(("kind", "text"), [("procedure", GOOD), ("procedure", RECORD), ("overlay", LOCAL)])
def test_a_good_file_passes(kind: str, text: str) -> None:
    assert faults(kind, text) == []


def test_every_file_of_the_house_passes() -> None:
    workflows = asset("workflows")
    for kind, folder in (("procedure", "procedures"), ("pack", "packs")):
        paths = sorted((workflows / folder).glob("*.toml"))
        assert paths
        for path in paths:
            assert faults(kind, path.read_text(encoding="utf-8")) == [], path.name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('initial = "submitted"\n', ""),
        ('version = "2026-04"', 'version = "new"'),
        ('owner = "head"', 'owners = "head"'),
        ('on = ["receipt"]', 'on = ["full_moon"]'),
        ('label = "会面时间"', "label = 3"),
    ],
)
def test_a_fault_of_form_is_shown_in_the_editor(old: str, new: str) -> None:
    assert faults("procedure", spoilt(old, new))


def properties(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    whole = schema(kind)
    for name, definition in (("", whole), *whole["$defs"].items()):
        for field, spec in definition.get("properties", {}).items():
            yield f"{name}.{field}", spec


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_explained_in_chinese(kind: str) -> None:
    unexplained = [n for n, spec in properties(kind) if not re.search("[一-鿿]", spec.get("description", ""))]
    assert unexplained == []


def test_the_digest_is_not_for_authors() -> None:
    assert not [name for kind in KINDS for name, _ in properties(kind) if name == ".digest"]


def test_no_explanation_is_left_over() -> None:
    used = {name.partition(".")[2] for kind in KINDS for name, _ in properties(kind)}
    assert {name for name in FIELDS if "." not in name} <= used
    definitions = {name for kind in KINDS for name in schema(kind)["$defs"]} | {
        model.__name__ for model in KINDS.values()
    }
    assert set(MODELS) | {"GuardUse"} == {d for d in definitions if "properties" in schema_of(d)} | {"GuardUse"}


def schema_of(name: str) -> dict[str, Any]:
    for kind, model in KINDS.items():
        if model.__name__ == name:
            return schema(kind)
        if name in schema(kind)["$defs"]:
            found: dict[str, Any] = schema(kind)["$defs"][name]
            return found
    raise KeyError(name)


def test_they_are_written_one_file_a_kind(tmp_path: Path) -> None:
    paths = write(tmp_path / "schema")
    assert [p.name for p in paths] == [
        "procedure.schema.json",
        "pack.schema.json",
        "overlay.schema.json",
        "statute.schema.json",
    ]
    for path, kind in zip(paths, KINDS, strict=True):
        assert json.loads(path.read_text(encoding="utf-8")) == schema(kind)
