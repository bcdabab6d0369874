"""Offices, people and platforms on pages: who may open and press what, errors at their fields, questions before harm."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import accounts, credentials, exchange_keys, roles_and_mandates, targets
from repairflow.casework.changes import StateThresholds
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import certificates
from repairflow.db import Database
from repairflow.gateway import signing
from repairflow.law.identifiers import make_uscc
from repairflow.letters.signing.signed_file import SigningCertificate
from repairflow.records import event, office, person, role_grant, subject, target
from repairflow.settings import Settings
from tests.casework.test_birthdays import CHILDHOOD, PASSPORT, passport_holder
from tests.conftest import Clock
from tests.support.building import CHILD, COMPANIES, Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database

MAKER, GUARD, READER = "system_admin@CREDIT", "guard", "reader"
OFFICE = {"code": "YX-JTYS", "name": "云溪县交通局", "short_name": "县交通局", "mark": "溪交", "kind": "authority"}
TARGET = {"code": "new-site", "name": "信用云溪网站", "kind": "public_platform", "url": "https://credit.example.gov.cn"}
YUNXI = make_uscc("320830", COMPANIES[0][2])


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    """With one of each administrator, an officer 许知行 and an agent 林一鸣 without mandate."""
    town = Town(database, settings)
    with database.begin() as tx:
        for login, name, kind in (
            (GUARD, "穆山", "staff"),
            (READER, "连翘", "staff"),
            ("xu", "许知行", "staff"),
            ("lin", "林一鸣", "agent"),
        ):
            town.people[login] = accounts.add(tx, SYSTEM, login, name, kind, town.now)
        roles_and_mandates.grant(tx, SYSTEM, GUARD, "security_admin", "CREDIT", town.now)
        roles_and_mandates.grant(tx, SYSTEM, READER, "audit_admin", "CREDIT", town.now)
    return town


LISTS = [
    "/admin/offices",
    "/admin/offices/ENV",
    "/admin/people",
    "/admin/people/xu",
    "/admin/targets",
    "/admin/targets/site",
    "/admin/exchange-keys",
    "/admin/certificates",
]
FORMS = ["/admin/offices/new", "/admin/people/new", "/admin/targets/new"]
MAKES = [
    "/admin/offices/new", "/admin/offices/ENV", "/admin/people/new", "/admin/people/xu/name", "/admin/targets/new",
    "/admin/targets/site", "/admin/targets/site/secret", "/admin/targets/site/off", "/admin/targets/site/on",
    "/admin/exchange-keys", "/admin/targets/site/test", "/admin/certificates", "/admin/certificates/take-back",
    "/admin/certificates/remake",
]  # fmt: skip
GUARDS = [
    "/admin/people/xu/posts", "/admin/people/xu/posts/revoke", "/admin/people/lin/mandates",
    "/admin/people/lin/mandates/1/end", "/admin/people/xu/disable", "/admin/people/xu/enable", "/admin/people/xu/password",
    "/admin/people/xu/second-factor",
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "opened"),
    [
        (MAKER, {*LISTS, *FORMS, "/admin/changes"}),
        (GUARD, {*LISTS, "/admin/changes"}),
        (READER, {"/admin/changes"}),
        ("auditor@CREDIT", {"/admin/changes"}),
        ("acceptor@ENV", set()),
        ("supervisor@CREDIT", set()),
        ("yunxi", set()),
    ],
)
def test_who_opens_which_page(app: Flask, town: Town, who: str, opened: set[str]) -> None:
    visitor = Visitor(app, town, who)
    for path in [*LISTS, *FORMS, "/admin/changes"]:
        visitor.get(path, 200 if path in opened else 403)


@pytest.mark.parametrize("who", [MAKER, GUARD, READER, "acceptor@ENV", "supervisor@CREDIT", "auditor@CREDIT", "yunxi"])
def test_who_presses_what(app: Flask, town: Town, who: str) -> None:
    """Where somebody may not, nothing happens; where he may, an empty form is answered, never with 403."""
    visitor = Visitor(app, town, who)
    visitor.get("/preferences")
    before = town.counts()
    for path in [*MAKES, *GUARDS]:
        may = path in (MAKES if who == MAKER else GUARDS if who == GUARD else ())
        status = visitor.post(path, {"confirmed": ""}).status_code
        assert (status == 403) is not may, (path, status)
        if not may:
            assert town.counts() == before
        before = town.counts()


def test_a_form_from_elsewhere_is_not_taken(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, MAKER)
    for path in [*MAKES, *GUARDS]:
        assert visitor.client.post(path, data=OFFICE).status_code in {400, 403}


def test_an_office_is_made_and_changed(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, MAKER)
    visitor.get("/admin/offices/new")
    assert visitor.post("/admin/offices/new", {**OFFICE, "uscc": "123"}).status_code == 422
    assert 'id="uscc-error"' in visitor.text
    assert 'href="#uscc"' in visitor.text
    assert "云溪县交通局" in visitor.text  # what was typed is still there
    assert visitor.post("/admin/offices/new", OFFICE).status_code == 303
    assert "已新建单位 YX-JTYS" in visitor.get("/admin/offices")
    visitor.get("/admin/offices/YX-JTYS")
    assert (
        visitor.post("/admin/offices/YX-JTYS", {**OFFICE, "parent": "ENV", "contact": "站前路 3 号"}).status_code == 303
    )
    page = visitor.get("/admin/offices/YX-JTYS")
    assert "联系方式：（无） → 站前路 3 号" in page
    assert town.one(select(office.c.parent_id).where(office.c.code == "YX-JTYS")).parent_id == town.offices["ENV"]
    assert "没有找到“飞船”" in visitor.get("/admin/offices?q=飞船")
    visitor.get("/admin/offices/NONE", 404)


def test_empty_lists_say_what_to_do_first(settings: Settings, database: Database, clock: Clock) -> None:
    """An installation where only the first administrator is."""
    from repairflow.app.program import Program
    from repairflow.app.web import make_app
    from tests.support import frame

    with database.begin() as tx:
        tx.execute(office.insert().values(code="A", name="临时", short_name="临时", mark="临", kind="authority"))
        accounts.add(tx, SYSTEM, "first", "纪舒", "staff", clock(), password=frame.PASSWORD)
        roles_and_mandates.grant(tx, SYSTEM, "first", "system_admin", "A", clock())
    client = make_app(Program.at(settings)).test_client()
    assert frame.log_in(client, "first").status_code == 303
    assert "还没有平台" in client.get("/admin/targets").text
    assert "没有找到人员" in client.get("/admin/people?q=nobody").text


def test_an_account_is_made_by_one_and_opened_by_another(app: Flask, town: Town) -> None:
    maker, guard = Visitor(app, town, MAKER), Visitor(app, town, GUARD)
    maker.get("/admin/people/new")
    assert maker.post("/admin/people/new", {"login": "xu", "name": "新人", "kind": "staff"}).status_code == 422
    assert "账号 xu 已经存在" in maker.text
    assert maker.post("/admin/people/new", {"login": "new", "name": "新人", "kind": "staff"}).status_code == 303
    page = guard.get("/admin/people?q=新人")
    assert "未设密码" in page
    assert "没有岗位或授权" in page


def test_posts_are_granted_and_taken_back_after_a_question(app: Flask, town: Town) -> None:
    guard = Visitor(app, town, GUARD)
    guard.get("/admin/people/xu")
    assert guard.post("/admin/people/xu/posts", {"role": "acceptor", "office": ""}).status_code == 422
    assert 'id="office-error"' in guard.text
    post = {"role": "acceptor", "office": "ENV"}
    assert guard.post("/admin/people/xu/posts", post).status_code == 303
    assert "已授予岗位“受理”" in guard.get("/admin/people/xu")
    asked = guard.post("/admin/people/xu/posts/revoke", {**post, "confirmed": ""})
    assert asked.status_code == 200
    assert "请确认：收回岗位" in guard.text
    held = select(role_grant.c.role).where(role_grant.c.person_id == town.people["xu"])
    assert len(town.all(held)) == 1  # asked, not done
    assert guard.post("/admin/people/xu/posts/revoke", {**post, "confirmed": "yes"}).status_code == 303
    assert town.all(held) == []
    assert "收回岗位" in guard.get("/admin/people/xu")  # in the trail on the page


def test_a_second_administrator_in_one_person_is_refused_at_the_field(app: Flask, town: Town) -> None:
    guard = Visitor(app, town, GUARD)
    guard.get(f"/admin/people/{READER}")
    answer = guard.post(f"/admin/people/{READER}/posts", {"role": "system_admin", "office": "CREDIT"})
    assert answer.status_code == 422
    assert "不能由同一人担任" in guard.text


def test_ones_own_page_has_no_buttons_and_takes_no_presses(app: Flask, town: Town) -> None:
    guard = Visitor(app, town, GUARD)
    assert "这是您自己的账号" in guard.get(f"/admin/people/{GUARD}")
    assert "授予" not in re.sub(r"<table.*?</table>", "", guard.text, flags=re.DOTALL)
    before = town.counts()
    answer = guard.post(f"/admin/people/{GUARD}/posts", {"role": "decider", "office": "ENV"})
    assert answer.status_code == 403
    assert town.counts() == before


def test_a_link_is_printed_once_by_another_and_opens_the_account(app: Flask, town: Town) -> None:
    guard = Visitor(app, town, GUARD)
    guard.get("/admin/people/xu")
    assert "请确认" in guard.post("/admin/people/xu/password", {"confirmed": "", "way": "sheet"}).get_data(as_text=True)
    assert guard.post("/admin/people/xu/password", {"confirmed": "yes", "way": "pigeon"}).status_code == 422
    assert guard.post("/admin/people/xu/password", {"confirmed": "yes", "way": "sheet"}).status_code == 303
    assert "等待本人设置" in guard.get("/admin/people/xu")
    assert "由另一名管理员打印" in guard.get("/admin/sheets")
    maker = Visitor(app, town, MAKER)
    found = re.search(r'action="(/admin/sheets/\d+)"', maker.get("/admin/sheets"))
    assert found
    assert maker.post(found.group(1)).status_code == 200
    link = re.search(r"/account/password/[\w-]+", maker.text)
    assert link
    assert link.group(0) not in maker.get("/admin/sheets")
    own = Visitor(app, town, "yunxi's agent")  # any browser will do
    own.get(link.group(0))
    assert own.post(link.group(0), {"password": "new pass 2026", "again": "new pass 2025"}).status_code == 422
    assert "不一致" in own.text
    assert own.post(link.group(0), {"password": "new pass 2026", "again": "new pass 2026"}).status_code == 303
    kept = town.one(select(person.c.password_hash).where(person.c.login == "xu")).password_hash
    assert credentials.password_fits(kept, "new pass 2026")
    own.get(link.group(0), 404)


def test_an_account_is_closed_after_a_question_and_opened_again(app: Flask, town: Town) -> None:
    guard, officer = Visitor(app, town, GUARD), Visitor(app, town, "acceptor@ENV")
    with town.db.begin() as tx:
        tx.execute(update(person).where(person.c.login == "acceptor@ENV").values(login="acceptor"))
    officer.get("/desk/")
    guard.get("/admin/people/acceptor")
    guard.post("/admin/people/acceptor/disable", {"confirmed": ""})
    assert "请确认：停用账号" in guard.text
    officer.get("/desk/")
    assert guard.post("/admin/people/acceptor/disable", {"confirmed": "yes"}).status_code == 303
    assert officer.client.get("/desk/").status_code == 303  # to the login
    assert "恢复使用" in guard.get("/admin/people/acceptor")
    assert guard.post("/admin/people/acceptor/enable").status_code == 303
    assert "已停用" not in guard.get("/admin/people?q=acceptor")


def test_mandates_are_given_and_ended(app: Flask, town: Town) -> None:
    guard = Visitor(app, town, GUARD)
    passport_holder(town)
    guard.get("/admin/people/lin")
    for given, field in (
        ({"subject": "91", "capacity": "agent"}, "subject"),
        ({"subject": YUNXI, "capacity": "agent", "until": "soon"}, "until"),
        ({"subject": YUNXI, "capacity": "agent", "until": "2020-01-01"}, "until"),
        ({"subject": YUNXI, "capacity": "agent", "born": "2010-05-20"}, "born"),  # a company has none
        ({"subject": PASSPORT, "capacity": "representative", "born": "2099-05-20"}, "born"),
        ({"subject": PASSPORT, "capacity": "representative", "born": "2010年5月"}, "born"),
    ):
        assert guard.post("/admin/people/lin/mandates", given).status_code == 422
        assert f'id="{field}-error"' in guard.text
    child = {"subject": PASSPORT, "capacity": "representative", "born": CHILDHOOD}
    assert guard.post("/admin/people/lin/mandates", child).status_code == 303
    kept = town.one(select(subject.c.born_sealed).where(subject.c.name == CHILD[0])).born_sealed
    assert town.vault.open(kept) == CHILDHOOD
    assert CHILDHOOD not in guard.get("/admin/people/lin")
    ended = re.findall(r"/admin/people/lin/mandates/\d+/end", guard.text)[0]
    assert guard.post(ended, {"confirmed": "yes"}).status_code == 303
    assert guard.post("/admin/people/lin/mandates", {"subject": YUNXI, "capacity": "agent"}).status_code == 303
    page = guard.get("/admin/people/lin")
    assert "云溪环保科技有限公司" in page
    end = re.search(r"/admin/people/lin/mandates/\d+/end", page)
    assert end
    guard.post(end.group(0), {"confirmed": ""})
    assert "请确认：终止授权" in guard.text
    assert guard.post(end.group(0), {"confirmed": "yes"}).status_code == 303
    assert "已终止" in guard.get("/admin/people/lin")
    guard.get("/admin/people/lin")
    assert guard.post(end.group(0), {"confirmed": "yes"}).status_code == 404


def test_a_platform_is_made_changed_and_switched(app: Flask, town: Town) -> None:
    maker = Visitor(app, town, MAKER)
    maker.get("/admin/targets/new")
    assert maker.post("/admin/targets/new", {**TARGET, "url": "http://credit.example.gov.cn"}).status_code == 422
    assert 'id="url-error"' in maker.text
    assert maker.post("/admin/targets/new", TARGET).status_code == 200
    made = re.search(r'id="secret-made" readonly value="(whsec_[^"]+)"', maker.text)
    assert made
    kept = select(target.c.secret, target.c.active).where(target.c.code == "new-site")
    assert town.vault.open(town.one(kept).secret) == made.group(1)
    assert "whsec_" not in re.sub(r"whsec_…", "", maker.get("/admin/targets/new-site"))
    assert maker.post("/admin/targets/new-site", {**TARGET, "name": "信用云溪"}).status_code == 303
    assert "信用云溪" in maker.get("/admin/targets")
    form = maker.get("/admin/targets/new-site")
    assert len(re.findall(r'name="takes" value="\w+" checked', form)) == len(targets.KINDS_OF_MESSAGES)
    assert maker.post("/admin/targets/new-site", {**TARGET, "takes": [""]}).status_code == 422  # none was ticked
    assert 'id="takes-error"' in maker.text
    maker.post("/admin/targets/new-site", {**TARGET, "takes": ["", "act_changed", "record_changed"]})
    assert town.one(select(target).where(target.c.code == "new-site")).takes == ["record_changed", "act_changed"]
    form = maker.get("/admin/targets/new-site")
    assert re.findall(r'name="takes" value="(\w+)" checked', form) == ["record_changed", "act_changed"]
    for step, question in (("off", "请确认：停用"), ("secret", "请确认：更换密钥")):
        maker.post(f"/admin/targets/new-site/{step}", {"confirmed": ""})
        assert question in maker.text
    assert town.one(kept).active
    assert maker.post("/admin/targets/new-site/off", {"confirmed": "yes"}).status_code == 303
    assert not town.one(kept).active
    assert "已停用" in maker.get("/admin/targets")
    maker.get("/admin/targets/new-site")
    maker.post("/admin/targets/new-site/on")
    assert town.one(kept).active
    maker.post("/admin/targets/new-site/secret", {"confirmed": "yes"})
    assert town.vault.open(town.one(kept).secret) != made.group(1)


def test_the_trail_of_administration_is_read_page_by_page(app: Flask, town: Town) -> None:
    with town.db.begin() as tx:
        for number in range(60):
            accounts.rename(tx, SYSTEM, "xu", f"许{number}", town.now)
    reader = Visitor(app, town, READER)
    first = reader.get("/admin/changes")
    assert "姓名：许58 → 许59" in first
    assert "服务器命令行" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert "许知行 → 许0" in reader.get(following.group(1))
    assert "许59" not in reader.get("/admin/changes?room=office")
    assert "还没有改动" in reader.text
    assert len(town.all(select(event.c.id).where(event.c.action == "rename"))) == 60
    assert "还没有改动" not in reader.get("/admin/changes?room=elsewhere")
    assert "翻页标记无效" in reader.get("/admin/changes?before=x", 422)


def test_the_trail_names_every_post_in_words(app: Flask, town: Town) -> None:
    reviewer = town.actor("legal_reviewer@ENV")
    with town.db.begin() as tx:
        stated = StateThresholds(reviewer, town.offices["ENV"], "0.5", "50", "《云溪县裁量基准》第二条", town.today)
        dispatch(tx, town.services, stated, town.now)
    page = Visitor(app, town, MAKER).get("/admin/offices/ENV")
    assert "写明罚款的界线" in page
    assert "法制审核" in page
    assert ">legal_reviewer<" not in page


def test_administrators_see_their_tabs(app: Flask, town: Town) -> None:
    def tabs(who: str, path: str) -> list[str]:
        nav = re.search(r'aria-label="系统管理">(.*?)</ul>', Visitor(app, town, who).get(path), re.DOTALL)
        return re.findall(r">([^<>]+)</a>", nav.group(1)) if nav else []

    assert tabs(MAKER, "/admin/") == [
        "概况",
        "单位",
        "人员",
        "平台",
        "签名证书",
        "工作日历",
        "系统时间",
        "通知单",
        "管理留痕",
    ]
    assert tabs(GUARD, "/admin/") == ["概况", "单位", "人员", "平台", "签名证书", "通知单", "管理留痕"]
    assert tabs(READER, "/admin/changes") == ["通知单", "管理留痕"]


def test_a_new_key_signs_beside_the_old_and_both_are_published(town: Town, app: Flask) -> None:
    with town.db.begin() as tx:
        exchange_keys.keep(tx, town.services.vault, SYSTEM, town.now)
    maker, address = Visitor(app, town, MAKER), "/admin/exchange-keys"
    maker.get(address)
    assert "并用 8 天" in maker.post(address, {"confirmed": ""}).get_data(as_text=True)
    assert maker.post(address, {"confirmed": "yes"}).status_code == 303
    keys = json.loads(maker.get("/exchange/keys"))["keys"]
    assert [key["valid_to"] is None for key in keys] == [True, False]
    page = maker.get(address)
    assert all(key["kid"] in page for key in keys)
    assert page.count("签名中") == 2
    assert maker.post(address, {"confirmed": "yes", "at_once": "yes"}).status_code == 303
    assert maker.get(address).count("签名中") == 1
    assert "原来的密钥立即停止签名" in maker.get("/admin/changes?room=keys")


def test_a_certificate_is_revoked_and_that_taken_back_on_its_page(town: Town, app: Flask) -> None:
    valid = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    sha256, address = "ab" * 32, "/admin/certificates"
    with town.db.begin() as tx:
        certificates.used(tx, "ENV", SigningCertificate(sha256, "云溪县生态环境局", *valid), town.now)
    maker = Visitor(app, town, MAKER)
    assert sha256 in maker.get(address)
    given = {"certificate": sha256, "day": town.today.isoformat(), "reason": "私钥遗失"}
    for wrong, said in (
        ({"day": ""}, "请填写吊销日期"), ({"day": "2999-01-01"}, "请填写吊销日期"), ({"reason": "——"}, "请填写原因"),
        ({"certificate": "00"}, "没有文书是用这个证书签名的"),
    ):  # fmt: skip
        answer = maker.post(address, {**given, **wrong})
        assert answer.status_code in (404, 422)
        assert said in answer.get_data(as_text=True)
    assert maker.post(address, given).status_code == 303
    assert "起吊销</span> 私钥遗失" in maker.get(address)
    undo = {"revoked": sha256, "undo_reason": ""}
    assert "请填写原因" in maker.post(f"{address}/take-back", undo).get_data(as_text=True)
    assert maker.post(f"{address}/take-back", {**undo, "undo_reason": "登记错了"}).status_code == 303
    assert "起吊销" not in re.sub(r"<(section|p).*?</\1>", "", maker.get(address), flags=re.DOTALL)
    log = maker.get("/admin/changes?room=certificate")
    assert all(words in log for words in ("登记吊销", "吊销日期：", "撤回吊销登记", "首次使用"))
    unknown = maker.post(f"{address}/remake", {"number": "溪环信修〔2026〕99号", "remake_reason": "遗失"})
    assert unknown.status_code == 404
    assert "没有这个文号的文书" in unknown.get_data(as_text=True)


def test_a_platform_is_tried_out_by_one_press(town: Town, app: Flask) -> None:
    with town.db.begin() as tx:
        tx.execute(update(target).values(secret=town.services.vault.seal(signing.new_secret())))
    maker = Visitor(app, town, MAKER)
    assert "检查对接" in maker.get("/admin/targets/site")
    said = maker.post("/admin/targets/site/test", {}).get_data(as_text=True)  # nobody answers there
    assert "连接不上" in said
    assert "1 项不通过" in said
    assert "检查对接" in maker.get("/admin/changes?room=target")
    assert "takes:record_changed" in maker.text
