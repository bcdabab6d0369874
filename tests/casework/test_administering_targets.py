"""Targets: what address and key are taken, that no key leaves the vault, and what happens to pushes while one is off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select

from repairflow import __version__
from repairflow.auditing import chain
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.admin import targets
from repairflow.casework.changes import AddTarget, ChangeTarget
from repairflow.casework.outbound import holds
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.gateway.signing import new_secret, signed, verify
from repairflow.records import event, outbox, target
from repairflow.worker.relay import awaited
from tests.support.building import Town

SITE = {
    "code": "xinyong",
    "name": "信用云溪网站",
    "kind": "public_platform",
    "url": "https://credit.example.gov.cn/push/",
}
PAGES = "https://pages.example.com/one/{number}"
THIRD = {"kind": "third_party", "url": "", "page_url": PAGES}
KEY = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


def add(town: Town, by: Actor = SYSTEM, *, takes: Sequence[str] | None = None, **given: str) -> targets.Saved:
    with town.db.begin() as tx:
        return targets.add(tx, town.vault, AddTarget(by, {**SITE, **given}, takes), town.now)


def change(town: Town, *, renew: bool = False, takes: Sequence[str] | None = None, **given: str) -> targets.Saved:
    with town.db.begin() as tx:
        return targets.change(tx, town.vault, ChangeTarget(SYSTEM, "xinyong", given, takes, renew), town.now)


def key(town: Town) -> str:
    return town.vault.open(town.one(select(target.c.secret).where(target.c.code == "xinyong")).secret)


def listed(town: Town) -> targets.Listed:
    with town.db.read() as tx:
        return next(one for one in targets.listed(tx) if one.code == "xinyong")


def wait(town: Town, state: str = "waiting") -> None:
    """One push is queued."""
    to = town.one(select(target.c.id).where(target.c.code == "xinyong")).id
    with town.db.begin() as tx:
        values = {"topic": "push", "target_id": to, "lane": "x", "kind": "record_changed", "payload": {}, "attempts": 0}
        tx.execute(
            insert(outbox).values(key=f"{state}-1", state=state, created_at=town.now, next_at=town.now, **values)
        )


def test_a_target_is_kept_with_a_key_that_is_told_once(town: Town) -> None:
    done = add(town)
    assert key(town) == done.secret
    assert verify(done.secret, signed(done.secret, "k", town.now, b"{}"), town.now, b"{}") == "k"  # and signs
    assert listed(town).url == "https://credit.example.gov.cn/push"
    row = town.one(select(event).where(event.c.stream == "target/xinyong"))
    assert chain.content(row.body) == {**SITE, "url": "https://credit.example.gov.cn/push", "engine": __version__}
    assert done.secret.encode() not in row.body


def test_a_key_of_the_platform_is_taken_and_not_told_again(town: Town) -> None:
    assert add(town, secret=KEY).secret == ""
    assert key(town) == KEY


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"code": ""}, "code", "平台编码没有填写"),
        ({"code": "信用网"}, "code", "小写字母"),
        ({"code": "site"}, "code", "已由site使用"),
        ({"name": ""}, "name", "平台名称没有填写"),
        ({"kind": "website"}, "kind", "不在可选范围"),
        ({"url": ""}, "url", "推送地址没有填写"),
        ({"url": "http://credit.example.gov.cn"}, "url", "须以 https:// 开头"),
        ({"url": "ftp://credit.example.gov.cn"}, "url", "须以 https:// 开头"),
        ({"url": "https://"}, "url", "须以 https:// 开头"),
        ({"url": "https://me:secret@credit.example.gov.cn"}, "url", "不能含有账号"),
        ({"url": "https://credit.example.gov.cn/?a=1"}, "url", "问号"),
        ({"url": "http://127.0.0.1:1/site"}, "url", "与site的相同"),
        ({"office": "NONE"}, "office", "所属单位“NONE”不存在"),
        ({"kind": "partner"}, "office", "所属单位没有填写"),
        ({"secret": "123456"}, "secret", "签名密钥应为 whsec_ 开头"),
        ({"takes": ["telegram"]}, "takes", "没有“telegram”这种报文"),
        ({"takes": ["record_changed,act_changed"]}, "takes", "没有“record_changed,act_changed”这种报文"),
        ({"takes": []}, "takes", "至少选一种"),
        ({"absent_words": "没有找到"}, "absent_words", "不用填写"),
        ({**THIRD, "absent_words": "无" * 201}, "absent_words", "最多 200 个字"),
        ({**THIRD, "absent_words": "没有找到| 无 "}, "absent_words", "“无”太短"),
        ({**THIRD, "absent_words": "｜|"}, "absent_words", "没有文字"),
        ({**THIRD, "absent_words": "没有找到", "page_url": ""}, "page_url", "没有填写"),
        ({**THIRD, "inbound": "ENV"}, "inbound", "不用填写"),
        ({"secret": "whsec_QUJD"}, "secret", "至少 24 字节"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_field_named(
    town: Town, given: dict[str, Any], field: str, said: str
) -> None:
    before = town.counts()
    with pytest.raises(Invalid) as refused:
        add(town, **given)
    assert [problem.where for problem in refused.value.problems] == [field]
    assert said in refused.value.problems[0].text
    assert town.counts() == before


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001/targets/x", "http://localhost:9/x", "https://credit.example.gov.cn"]
)
def test_plain_http_stays_on_this_machine(town: Town, url: str) -> None:
    assert add(town, url=url).changed["url"] == ("", url)


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"name": "信用云溪"}, {"name": ("信用云溪网站", "信用云溪")}),
        ({"kind": "partner", "office": "MARKET"}, {"kind": ("public_platform", "partner"), "office": ("", "MARKET")}),
        ({"url": "https://credit.example.gov.cn/push"}, {}),
        ({"code": "other"}, {}),
        ({"takes": ["act_changed", "record_changed"]}, {"takes": ("全部", "record_changed、act_changed")}),
        ({"takes": targets.KINDS_OF_MESSAGES[::-1]}, {}),
        (
            {**THIRD, "absent_words": "没有找到｜ 查无结果|"},
            {
                "kind": ("public_platform", "third_party"),
                "url": ("https://credit.example.gov.cn/push", ""),
                "page_url": ("", PAGES),
                "absent_words": ("", "没有找到|查无结果"),
            },
        ),
        ({"secret": KEY}, {"secret": ("", "")}),
    ],
)
def test_only_what_is_given_changes(town: Town, given: dict[str, Any], changed: dict[str, tuple[str, str]]) -> None:
    before = add(town).secret
    assert change(town, **given).changed == changed
    assert key(town) == given.get("secret", before)
    kept = town.all(select(event).where(event.c.stream == "target/xinyong").order_by(event.c.id))
    assert [row.action for row in kept] == ["add", "change"][: 1 + bool(changed)]
    assert not any(KEY.encode() in row.body for row in kept)


def test_a_new_key_ends_the_one_before(town: Town) -> None:
    before = add(town).secret
    done = change(town, renew=True)
    assert key(town) == done.secret != before
    assert (
        town.one(select(event.c.action).where(event.c.stream == "target/xinyong", event.c.seq == 2)).action == "change"
    )


def test_off_keeps_what_waits_and_on_sends_it(town: Town) -> None:
    add(town)
    wait(town)
    wait(town, "dead")
    for on, new in ((True, False), (False, True), (False, False), (True, True)):
        with town.db.begin() as tx:
            assert targets.switch(tx, SYSTEM, "xinyong", on, town.now) is new
        seen = listed(town)
        assert (seen.active, seen.waiting, seen.dead, seen.oldest) == (on, 1, 1, town.now)
    kept = town.all(select(event).where(event.c.stream == "target/xinyong").order_by(event.c.seq))
    assert [row.action for row in kept] == ["add", "off", "on"]
    town.sound()


def test_a_target_that_takes_no_more_is_held_until_a_person_sends_again(town: Town) -> None:
    """Told once; a new address or 恢复使用 lets what waits go on."""
    add(town)
    wait(town)
    to = town.one(select(target.c.id).where(target.c.code == "xinyong")).id

    def hold() -> bool:
        with town.db.begin() as tx:
            return holds.hold(tx, to, "对方平台不再接收推送（410）", town.now)

    def waits() -> bool:
        with town.db.read() as tx:
            return to not in awaited(tx, town.now)

    assert (waits(), hold(), hold(), waits()) == (False, True, False, True)
    assert listed(town).held_why.startswith("对方平台不再接收")
    for who in ("supervisor@CREDIT", "system_admin@CREDIT"):
        assert town.notices(who, "dead_letter") == ["暂停推送：信用云溪网站不再接收"]
    with town.db.begin() as tx:
        assert targets.switch(tx, SYSTEM, "xinyong", True, town.now)
        assert not targets.switch(tx, SYSTEM, "xinyong", True, town.now)
    assert (waits(), hold(), waits()) == (False, True, True)
    change(town, name="信用云溪")
    assert waits()
    change(town, url="https://new.example.gov.cn/push")
    assert (waits(), listed(town).held_why) == (False, "")
    town.sound()


@pytest.mark.parametrize("role", ["security_admin", "supervisor"])
def test_only_system_administrators_touch_targets(town: Town, role: str) -> None:
    add(town)
    somebody, before = Actor(None, "某人", "staff", frozenset({(role, 1)})), town.counts()
    with pytest.raises(Forbidden):
        add(town, somebody, code="another", url="https://other.example.gov.cn")
    with pytest.raises(Forbidden), town.db.begin() as tx:
        targets.change(
            tx, town.vault, ChangeTarget(somebody, "xinyong", {"url": "https://other.example.gov.cn"}), town.now
        )
    with pytest.raises(Forbidden), town.db.begin() as tx:
        targets.switch(tx, somebody, "xinyong", False, town.now)
    assert town.counts() == before


def test_an_unknown_target_is_not_found(town: Town) -> None:
    with pytest.raises(NotFound, match="xinyong"):
        change(town, name="x")


def test_keys_we_make_are_keys_we_take(town: Town) -> None:
    made = new_secret()
    add(town, secret=made)
    assert key(town) == made
