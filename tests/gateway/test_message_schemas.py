"""The published schemas describe what is sent: every kind has one, a message fits its own and no other fits it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest

from repairflow.gateway import message_schemas
from repairflow.gateway.conformance import payload
from repairflow.gateway.messages import KINDS, VERSION, schema_name
from tests.support import pushes

DATA: dict[str, dict[str, Any]] = {
    "record_changed": pushes.record_changed(),
    "repair_result": pushes.repair_result(),
    "objection_status": pushes.objection_status("mark_on"),
    "act_changed": payload("act_changed", "XW-2026-000001", datetime(2026, 6, 10, 2, tzinfo=UTC)),
}


def sent(kind: str) -> Any:
    return json.loads(pushes.message(7, kind, DATA[kind]).body())


@pytest.mark.parametrize("kind", DATA)
def test_a_message_fits_its_schema_and_a_broken_one_does_not(kind: str) -> None:
    holds = jsonschema_rs.validator_for(message_schemas.schema(kind)).is_valid
    whole = sent(kind)
    assert holds(whole)
    assert holds({**whole, "data": {**whole["data"], "later_field": 1}})
    assert whole["dataschema"] == f"{pushes.SOURCE}/exchange/schemas/{kind}-{VERSION}.json"
    for name in ("id", "sequence", "data"):
        assert not holds({key: value for key, value in whole.items() if key != name})
    assert not holds({**whole, "sequence": "7"})
    assert not holds({**whole, "data": {key: value for key, value in whole["data"].items() if key != "subject"}})
    assert not holds(sent(next(one for one in DATA if one != kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_a_title_and_fields(kind: str) -> None:
    made = message_schemas.schema(kind)
    jsonschema_rs.meta.validate(made)
    assert made["$id"] == schema_name(kind)
    assert made["title"] == message_schemas.TITLES[kind]
    fields = {field.name: field for field in message_schemas.fields(kind)}
    assert fields["subject.name"].required
    assert not fields["subject.uscc"].required
    assert all(field.type for field in fields.values())


def test_the_corrected_content_is_described() -> None:
    names = {field.name for field in message_schemas.fields("record_changed")}
    assert {"content.facts", "content.fine_wan", "content.penalty_content"} <= names
    assert set(message_schemas.TITLES) == set(KINDS)
