"""The form of an event: one sequence of bytes for one content, on whatever machine."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from repairflow.auditing import chain
from repairflow.db import Database
from repairflow.records import event
from tests.auditing.trail_builder import START, Trail

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MAYBE = st.none() | WORDS
NUMBERS = st.none() | st.integers(1, 10**12)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        ({"名": "赟", "x": True}, '{"x":true,"名":"赟"}'),
        ({"on": date(2026, 6, 10)}, '{"on":"2026-06-10"}'),
        ({"at": datetime(2026, 6, 10, 2, tzinfo=UTC)}, '{"at":"2026-06-10T02:00:00.000000Z"}'),
        (
            {"at": datetime(2026, 6, 10, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))},
            '{"at":"2026-06-10T02:00:00.000005Z"}',
        ),
        ({"fine": Decimal("1.50")}, '{"fine":"1.50"}'),
        ({"fine": Decimal("1E+3")}, '{"fine":"1000"}'),
        ({"list": (1, [2, {"b": 0, "a": 0}])}, '{"list":[1,[2,{"a":0,"b":0}]]}'),
        ({"colour": Colour.RED}, '{"colour":"red"}'),
        ({"line": 'a\n"\\\u2028'}, '{"line":"a\\n\\"\\\\\u2028"}'),
    ],
)
def test_one_written_form(content: dict[str, Any], expected: str) -> None:
    assert chain.canonical(content).decode() == expected


@pytest.mark.parametrize(
    "content",
    [
        {"x": 1.0}, {"x": float("nan")}, {"x": [float("inf")]}, {"x": {1, 2}}, {"x": b""}, {1: "x"}, {"x": object()},
        {"x": Decimal("NaN")}, {"x": datetime(2026, 6, 10)}, {"x": "\ud800"},
    ],
    ids=("float", "nan", "infinity", "set", "bytes", "key", "object", "decimal", "naive", "surrogate"),
)  # fmt: skip
def test_what_has_no_single_form_is_refused(content: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        chain.canonical(content)


ACTS = st.fixed_dictionaries(
    {"stream": WORDS, "seq": st.integers(1, 10**9), "at": st.just(chain.instant(START))}
    | dict.fromkeys(("case_id", "record_id", "actor_id"), NUMBERS)
    | dict.fromkeys(("action", "actor_name", "actor_role"), WORDS)
    | dict.fromkeys(("from_state", "to_state", "reason", "command_id"), MAYBE)
)


@given(ACTS)
def test_the_quick_opening_is_the_canonical_one(act: dict[str, Any]) -> None:
    whole = chain.canonical({"act": act, "content": {}, "personal": {}, "v": 1})
    assert chain.opening(chain.Act(**act)) + b"{}" + chain.NOTHING_PERSONAL == whole


def test_the_digest_is_over_tag_predecessor_and_body() -> None:
    plain = hashlib.sha256(b"repairflow/event/1\nsha256:ab\n{}").hexdigest()
    assert chain.link("sha256:ab", b"{}") == f"sha256:{plain}"


def test_appended_events_are_chained_and_stand_as_hashed(database: Database, home: Path) -> None:
    Trail(database, home).case("XF-1")
    with database.read() as tx:
        rows = tx.execute(select(event).where(event.c.stream == "case/XF-1").order_by(event.c.seq)).all()
        assert chain.heads(tx, "case/XF-1") == (4, rows[-1].digest)
        assert chain.heads(tx, "case/none") == (0, "")
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert [row.prev for row in rows] == ["", *(row.digest for row in rows[:-1])]
    for row in rows:
        body = json.loads(row.body)
        assert chain.canonical(body) == row.body
        assert chain.link(row.prev, row.body) == row.digest
        assert body["act"]["at"] == chain.instant(row.at)
        assert {k: v for k, v in body["act"].items() if k != "at"} == {
            k: getattr(row, k) for k in body["act"] if k != "at"
        }
        assert chain.content(row.body)["basis"] == ["办法第八条"]


def test_personal_values_are_not_in_the_body_and_can_be_erased(database: Database, home: Path) -> None:
    Trail(database, home).case("XF-1", steps=1)
    with database.begin() as tx:
        row = tx.execute(select(event).where(event.c.stream == "case/XF-1")).one()
        assert b"13000000000" not in row.body
        assert chain.personal(tx, row.id) == {"phone": "13000000000", "mail": "a@example.com"}
        assert chain.erase(tx, row.id) == 2
        assert chain.erase(tx, row.id) == 0
        assert chain.personal(tx, row.id) == {}


def test_a_stream_cannot_fork_and_a_command_acts_once(database: Database, home: Path) -> None:
    Trail(database, home).case("XF-1")
    again = {
        "stream": "case/XF-1", "case_id": None, "record_id": None, "at": START,
        "action": "file", "from_state": None, "to_state": None, "actor_id": None, "actor_name": "", "actor_role": "",
        "reason": None, "command_id": None, "content": {},
    }  # fmt: skip
    for change in ({}, {"stream": "case/XF-2", "command_id": "case/XF-1:file"}):
        with pytest.raises(IntegrityError), database.begin() as tx:
            chain.append(tx, chain.Entry(**(again | change)), chain.EMPTY)
