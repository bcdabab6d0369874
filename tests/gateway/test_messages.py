"""What we send can be read, told apart from a forgery, and is the same on every try."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from repairflow.errors import Invalid
from repairflow.gateway import messages, signing
from repairflow.gateway.message_envelope import read
from repairflow.gateway.messages import MessageError, check, display
from repairflow.records import record
from tests.support import pushes

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="


def test_a_message_is_a_cloud_event_and_reads_back() -> None:
    sent = pushes.message(7, at=NOW)
    envelope = json.loads(sent.body())
    assert {name: envelope[name] for name in ("specversion", "id", "type", "subject", "partitionkey", "sequence")} == {
        "specversion": "1.0",
        "id": "k-7",
        "type": "cn.repairflow.record_changed",
        "subject": "JL-2026-000001",
        "partitionkey": "province/JL-2026-000001",
        "sequence": "0000000000000000007",
    }
    assert envelope["data"]["msg_id"] == "k-7"
    got = read(sent.body())
    assert (got.key, got.sequence, got.lane, got.at) == ("k-7", 7, "province/JL-2026-000001", NOW)
    assert got.data["record"] == sent.data["record"]


def test_every_try_has_the_same_bytes() -> None:
    assert pushes.message(at=NOW).body() == pushes.message(at=NOW).body()


@pytest.mark.parametrize(
    ("kind", "payload", "fault"),
    [
        ("gossip", {}, "gossip"),
        ("record_changed", {}, "subject"),
        ("record_changed", {**pushes.record_changed(), "mood": "bad"}, "mood"),
        ("record_changed", {**pushes.record_changed(), "state": "lost"}, "state"),
        ("repair_result", {**pushes.repair_result(), "result": "perhaps"}, "result"),
        ("repair_result", {**pushes.repair_result(), "decided_at": "2026-06-10T10:00:00"}, "decided_at"),
    ],
)
def test_a_payload_that_does_not_fit_is_refused_by_name(kind: str, payload: dict[str, Any], fault: str) -> None:
    with pytest.raises(Invalid, match=fault):
        check(kind, payload)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", b"null", b'{"specversion": "0.3"}', b'{"specversion":"1.0","type":"cn.other.x"}'],
)
def test_what_is_no_message_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        read(body)


def test_every_state_of_a_record_has_a_display() -> None:
    states = {"unpublished", "published", "disputed", "masked", "held", "ceased", "sealed", "restored"}
    allowed = next(str(c.sqltext) for c in record.constraints if c.name and str(c.name).endswith("state"))
    assert all(f"'{state}'" in allowed for state in states)
    assert allowed.count("'") == 2 * len(states)
    assert {display(state) for state in states} == {"public", "disputed", "ended", "hidden"}


def test_our_signature_is_that_of_standard_webhooks() -> None:
    body = pushes.message(at=NOW).body()
    assert signing.signed(SECRET, "k", NOW, body)["webhook-signature"] == Webhook(SECRET).sign("k", NOW, body.decode())


def test_a_right_signature_holds_and_gives_the_id() -> None:
    assert signing.verify(SECRET, signing.signed(SECRET, "k", NOW, b"x"), NOW, b"x") == "k"


def test_one_of_several_signatures_is_enough_while_a_key_changes() -> None:
    headers = signing.signed(SECRET, "k", NOW, b"x")
    headers["webhook-signature"] = "v1,AAAA " + headers["webhook-signature"]
    assert signing.verify(SECRET, headers, NOW, b"x") == "k"


@pytest.mark.parametrize(
    ("change", "body", "later"),
    [
        ({}, b"y", timedelta()),
        ({"webhook-id": "other"}, b"x", timedelta()),
        ({"webhook-id": ""}, b"x", timedelta()),
        ({"webhook-timestamp": "1"}, b"x", timedelta()),
        ({"webhook-timestamp": "soon"}, b"x", timedelta()),
        ({"webhook-timestamp": "9" * 30}, b"x", timedelta()),
        ({"webhook-signature": ""}, b"x", timedelta()),
        ({"webhook-signature": "v1,签名"}, b"x", timedelta()),
        ({}, b"x", timedelta(minutes=6)),
        ({}, b"x", -timedelta(minutes=6)),
    ],
)
def test_a_changed_old_or_early_signature_does_not_hold(change: dict[str, str], body: bytes, later: timedelta) -> None:
    headers = {**signing.signed(SECRET, "k", NOW, b"x"), **change}
    with pytest.raises(MessageError):
        signing.verify(SECRET, headers, NOW + later, body)


def test_secrets_are_long_and_new_each_time() -> None:
    made = {signing.new_secret() for _ in range(10)}
    assert len(made) == 10
    assert all(len(one) > 48 for one in made)


def test_all_kinds_are_spelled_as_the_outbox_does() -> None:
    assert set(messages.KINDS) == {
        "record_changed", "repair_result", "objection_status", "list_change", "honour_change", "interview_record", "measure_lift",
        "measure_restore", "measure_impose", "letter_change", "act_changed",
    }  # fmt: skip
