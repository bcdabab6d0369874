"""The sandbox platform: it takes messages over once and in order, shows what they say, and misbehaves as told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from repairflow.gateway import signing
from repairflow.gateway.platform import (
    Address,
    Declined,
    Gone,
    Pending,
    Permanent,
    PushError,
    Shown,
    Transient,
    pull_all,
)
from repairflow.gateway.reconcile import Decided, compare
from tests.conftest import Clock
from tests.support import pushes
from tests.support.pushes import Sandbox, message

NUMBER = "JL-2026-000001"
RECORD = f"/targets/province/records/{NUMBER}"


def push(sandbox: Sandbox, *args: Any) -> Any:
    return sandbox.platform.push(sandbox.address(), message(*args))


def test_a_record_goes_public_and_ends(sandbox: Sandbox) -> None:
    assert push(sandbox, 1).shown == "public"
    page = sandbox.page(RECORD)
    assert "公示中" in page
    assert "未按规定设置危险废物识别标志" in page
    assert push(sandbox, 2, "record_changed", pushes.record_changed("ceased")).shown == "ended"
    page = sandbox.page(RECORD)
    assert "此信息已终止公示" in page
    assert "未按规定设置危险废物识别标志" not in page


@pytest.mark.parametrize(
    ("before", "kind", "data", "after"),
    [
        ("published", "repair_result", pushes.repair_result("approved"), "ended"),
        ("published", "repair_result", pushes.repair_result("refused"), "public"),
        ("ceased", "repair_result", pushes.repair_result("revoked"), "public"),
        ("published", "repair_result", pushes.repair_result("masked"), "hidden"),
        ("masked", "repair_result", pushes.repair_result("unmasked"), "public"),
        ("published", "objection_status", pushes.objection_status("mark_on"), "disputed"),
        ("disputed", "objection_status", pushes.objection_status("mark_off"), "public"),
        ("disputed", "objection_status", pushes.objection_status("maintained"), "public"),
        ("disputed", "objection_status", pushes.objection_status("deleted"), "ended"),
        ("ceased", "objection_status", pushes.objection_status("mark_off"), "ended"),
    ],
)
def test_what_a_case_decides_shows(sandbox: Sandbox, before: str, kind: str, data: dict[str, Any], after: str) -> None:
    push(sandbox, 1, "record_changed", pushes.record_changed(before))
    assert push(sandbox, 2, kind, data).shown == after
    assert list(pull_all(sandbox.platform, sandbox.address())) == [Shown(NUMBER, after, 1)]


def test_a_repeated_message_gets_its_first_receipt(sandbox: Sandbox) -> None:
    first = push(sandbox, 1)
    again = push(sandbox, 1)
    assert again.remote_id == first.remote_id
    assert (first.duplicate, again.duplicate) == (False, True)
    assert sandbox.verdicts() == ["accepted", "repeated"]


def test_a_message_out_of_order_is_refused(sandbox: Sandbox) -> None:
    push(sandbox, 2, "record_changed", pushes.record_changed("ceased"))
    with pytest.raises(Permanent, match="次序"):
        push(sandbox, 1)
    assert "此信息已终止公示" in sandbox.page(RECORD)


def test_lanes_are_counted_apart(sandbox: Sandbox) -> None:
    push(sandbox, 2)
    assert push(sandbox, 1, "record_changed", pushes.record_changed(number="JL-2026-000002")).accepted


@pytest.mark.parametrize(
    ("mode", "error", "why", "after"),
    [
        ("busy", Transient, "busy", 30), ("gone", Gone, "gone", None), ("moved", Transient, "redirect", None),
        ("undecided", Pending, "pending", None), ("declines", Declined, "declined", None),
    ],
)  # fmt: skip
def test_a_message_that_is_turned_away_is_taken_when_all_is_well_again(
    sandbox: Sandbox, mode: str, error: type[PushError], why: str, after: int | None
) -> None:
    sandbox.behave(mode)
    with pytest.raises(error) as caught:
        push(sandbox, 1)
    assert (type(caught.value), caught.value.heard.why, caught.value.after) == (error, why, after)
    assert list(pull_all(sandbox.platform, sandbox.address())) == []
    sandbox.behave("normal")
    receipt = push(sandbox, 1)
    assert (receipt.duplicate, receipt.shown) == (False, "public")


def test_what_is_lost_without_a_word_is_found_by_comparing_alone(sandbox: Sandbox) -> None:
    sandbox.behave("silent_loss")
    assert push(sandbox, 1).remote_id
    (found,) = compare([Decided(NUMBER, "public")], pull_all(sandbox.platform, sandbox.address()))
    assert found.kind == "not_shown"


def test_a_foreign_signature_is_refused(sandbox: Sandbox) -> None:
    stranger = Address("province", sandbox.address().url, signing.new_secret())
    with pytest.raises(Permanent, match="签名"):
        sandbox.platform.push(stranger, message())
    with pytest.raises(Permanent, match="签名"):
        sandbox.platform.pull(stranger)
    assert sandbox.verdicts() == []


def test_one_target_cannot_speak_for_another(sandbox: Sandbox) -> None:
    mixed = Address("bureau", sandbox.address("bureau").url, sandbox.secrets["province"])
    with pytest.raises(Permanent, match="签名"):
        sandbox.platform.push(mixed, message())


def test_an_unknown_target_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(Permanent, match="404"):
        sandbox.platform.push(Address("moon", "http://127.0.0.1:8001/targets/moon", signing.new_secret()), message())


def test_down(sandbox: Sandbox) -> None:
    sandbox.behave("down")
    with pytest.raises(Transient, match="503"):
        push(sandbox, 1)
    with pytest.raises(Transient, match="503"):
        sandbox.platform.pull(sandbox.address())
    sandbox.behave("normal")
    assert push(sandbox, 1).duplicate is False


def test_slow(sandbox: Sandbox) -> None:
    sandbox.behave("slow")
    assert push(sandbox, 1).accepted
    assert sandbox.slept == [3.0]


def test_refuse(sandbox: Sandbox) -> None:
    sandbox.behave("refuse")
    with pytest.raises(Permanent, match="422"):
        push(sandbox, 1)
    assert sandbox.verdicts() == ["refused"]


def test_a_lost_answer_is_made_good_by_the_next_try(sandbox: Sandbox) -> None:
    sandbox.behave("lost_answer")
    with pytest.raises(Transient):
        push(sandbox, 1)
    assert "公示中" in sandbox.page(RECORD)
    sandbox.behave("normal")
    assert push(sandbox, 1).duplicate is True
    assert sandbox.verdicts() == ["not_answered", "repeated"]


def test_the_receipt_of_an_older_message_is_not_taken_for_this_one(sandbox: Sandbox) -> None:
    push(sandbox, 1)
    sandbox.behave("old_receipt")
    with pytest.raises(Transient, match="回执"):
        push(sandbox, 2, "record_changed", pushes.record_changed("ceased"))
    assert push(sandbox, 2, "record_changed", pushes.record_changed("ceased")).shown == "ended"


def test_a_change_lost_inside_shows_in_reconciliation_only(sandbox: Sandbox) -> None:
    push(sandbox, 1)
    sandbox.behave("wrong_state")
    assert push(sandbox, 2, "record_changed", pushes.record_changed("ceased")).shown == "ended"
    assert [one.display for one in pull_all(sandbox.platform, sandbox.address())] == ["public"]


def test_misbehaviour_is_each_targets_own(sandbox: Sandbox) -> None:
    sandbox.behave("down", "bureau")
    assert push(sandbox, 1).accepted


def test_pull_since(sandbox: Sandbox, clock: Clock) -> None:
    push(sandbox, 1)
    later = clock.travel(clock.instant.replace(hour=9))
    push(sandbox, 1 + 1, "record_changed", pushes.record_changed(number="JL-2026-000002"))
    shown = list(pull_all(sandbox.platform, sandbox.address(), later))
    assert [one.number for one in shown] == ["JL-2026-000002"]


@pytest.mark.parametrize("words", ["91230500ma1b3n1n2m", "云溪环保", "〔2026〕47", NUMBER])
def test_search(sandbox: Sandbox, words: str) -> None:
    push(sandbox, 1)
    assert NUMBER in sandbox.page(f"/?q={words}")
    assert NUMBER in sandbox.page(f"/targets/province/?q={words}")


@pytest.mark.parametrize("words", ["91350100M000100Y43", "%", "_"])
def test_search_finds_nothing_else(sandbox: Sandbox, words: str) -> None:
    push(sandbox, 1)
    assert "没有查到" in sandbox.page(f"/?q={words}".replace("%", "%25"))


def test_more_records_than_a_page(sandbox: Sandbox) -> None:
    for n in range(1, 26):
        push(sandbox, n, "record_changed", pushes.record_changed(number=f"JL-2026-{n:06d}"))
    first = sandbox.page("/targets/province/")
    link = re.search(r'href="([^"]+after=\d+)"', first)
    assert link
    assert "JL-2026-000025" in first
    assert "JL-2026-000001" in sandbox.page(link[1].replace("&amp;", "&"))
    assert "更早的报文" in sandbox.page("/targets/province/received")


@pytest.mark.parametrize(
    "path", ["/", "/control", "/targets/province/", "/targets/province/received", RECORD, "/nowhere"]
)
def test_every_page_says_that_it_is_a_sham_and_is_strict(sandbox: Sandbox, path: str) -> None:
    push(sandbox, 1)
    answer = sandbox.web.get(path)
    page = answer.get_data(as_text=True)
    assert "模拟平台（演示用）" in page
    assert "<script" not in page
    assert "style=" not in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


def test_foreign_text_is_shown_as_text(sandbox: Sandbox) -> None:
    data = pushes.record_changed(behaviour="<script>alert(1)</script>", note="{{ 7 * 7 }}")
    push(sandbox, 1, "record_changed", data)
    page = sandbox.page(RECORD)
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page


def test_others_than_this_machine_are_refused(sandbox: Sandbox) -> None:
    assert sandbox.web.get("/", environ_base={"REMOTE_ADDR": "10.0.0.8"}).status_code == 403
    assert sandbox.web.get("/", headers={"Host": "credit.example.cn"}).status_code == 400


def test_a_page_elsewhere_cannot_press_the_buttons(sandbox: Sandbox) -> None:
    answer = sandbox.web.post("/control", data={"province": "down"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert push(sandbox, 1).accepted


def test_an_unknown_mode_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.web.post("/control", data={"province": "explode"}).status_code == 400


def test_the_platform_keeps_what_it_had(sandbox: Sandbox) -> None:
    from repairflow.gateway.sandbox import make_sandbox

    push(sandbox, 1)
    path = sandbox.app.extensions["sandbox_store"].engine.url.database
    again = make_sandbox(path, sandbox.secrets)
    assert NUMBER in again.test_client().get("/targets/province/").get_data(as_text=True)
    again.extensions["sandbox_store"].dispose()
