"""更正函: what a third party still shows is reported, asked to be mended by a letter with a day, chased, and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.cases import receipts
from repairflow.casework.documents import rendering_job
from repairflow.casework.outbound import discrepancies
from repairflow.casework.queries.documents import verification
from repairflow.db import Database
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Page, Receipt
from repairflow.records import event, letter, notice, outbox, platform_letter, sync_finding, target
from repairflow.settings import Settings
from repairflow.worker import chores, reconciliation
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.every_kind import made
from tests.web import portal_visit
from tests.web.desk_visit import Officer, make

PAGE = "/oversight/sync"


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    built = Town(database, settings)
    copy = {"code": "copy", "name": "云溪数据服务有限公司", "kind": "third_party", "url": "", "active": True}
    built.turn(insert(target).values(**copy, secret=built.vault.seal("unused")))
    built.turn(update(target).values(secret=built.vault.seal("unused")))
    return built


def reported(officer: Officer, number: str, shown: str = "public", **more: str) -> Any:
    officer.get(f"{PAGE}/report")
    given = {"target": "copy", "number": number, "shown": shown, "note": "https://x.example/1，6月10日查看"} | more
    return officer.post(f"{PAGE}/report", given)


def words(town: Town, token: str) -> str:
    content = town.one(select(letter).where(letter.c.token == token)).content
    return "\n".join(part["text"] for part in content["paragraphs"])


def test_a_copy_is_reported_written_about_chased_refused_and_mended(town: Town, clock: Clock) -> None:
    case = town.granted()
    number = town.one(select(outbox.c.payload).where(outbox.c.kind == "record_changed").limit(1)).payload["record"][
        "number"
    ]
    app = make(town)
    supervisor = Officer(app, town, "supervisor@CREDIT")
    where = reported(supervisor, number).location
    assert reported(supervisor, number).location == where  # once
    page = supervisor.get(where)
    for said in (
        "仍在公示",
        "停止公示该信息",
        "前办理下列事项",
        "受文者：云溪数据服务有限公司",
        "不予更正的，说明理由",
    ):
        assert said in page
    assert town.all(select(letter).where(letter.c.kind == "platform_correction")) == []  # shown, not issued
    token = supervisor.post(where).location.rpartition("/")[2]
    first = town.one(select(letter).where(letter.c.token == token))
    assert (first.state, first.content["addressee"], first.case_id) == ("in_force", "云溪数据服务有限公司", None)
    assert "已经终止公示" in words(town, token)
    assert supervisor.get(f"/letters/{token}")  # the office that wrote it
    Officer(app, town, "acceptor@ENV").get(f"/letters/{token}")  # whose record it is about
    Officer(app, town, "acceptor@MARKET").get(f"/letters/{token}", status=404)
    with town.db.read() as tx:
        assert verification.verification(tx, token, town.today).genuine
    supervisor.post(where)
    assert "今天已就这项差异发函" in supervisor.get(where)
    asked = town.one(select(platform_letter))
    assert chores.remind_of_platforms(town.db, town.services, town.now) == 0  # not due
    town.now = clock.travel(timedelta(days=(asked.due_day - town.today).days + 1))
    assert [chores.remind_of_platforms(town.db, town.services, town.now) for _ in range(2)] == [1, 0]
    told = town.all(select(notice).where(notice.c.kind == "platform_silent"))
    assert {one.title for one in told} == {f"更正函逾期没有答复：{number}"}
    assert len({one.person_id for one in told}) == len(told)  # who wrote it supervises: told once
    supervisor = Officer(app, town, "supervisor@CREDIT")
    assert "逾期没有答复" in supervisor.get(PAGE)
    assert "再次发函" in supervisor.get(where)
    second = supervisor.post(where).location.rpartition("/")[2]
    assert f"{first.number}函，请贵单位更正" in words(town, second)
    supervisor.get(where)
    answer = where.replace("letter", "answer")
    assert supervisor.post(answer, {"answer": "refused", "day": str(town.today), "note": ""}).status_code == 422
    assert (
        supervisor.post(answer, {"answer": "refused", "day": "2020-01-01", "note": "不是本公司的"}).status_code == 422
    )
    supervisor.post(answer, {"answer": "refused", "day": str(town.today), "note": "已转上游核实"})
    assert "不予更正" in supervisor.get(where)
    assert [row.ended_at for row in town.all(select(sync_finding))] == [None]  # a refusal mends nothing
    town.now = clock.travel(timedelta(days=1))
    supervisor = Officer(app, town, "supervisor@CREDIT")
    supervisor.get(where)
    supervisor.post(where)
    supervisor.get(where)
    supervisor.post(answer, {"answer": "corrected", "day": str(town.today), "note": ""})
    assert "没有不一致的信息" in supervisor.get(PAGE)
    rows = town.all(select(platform_letter).order_by(platform_letter.c.id))
    assert [(row.round, row.answer) for row in rows] == [(1, "replaced"), (2, "refused"), (3, "corrected")]
    trail = town.all(select(event.c.action).where(event.c.stream == "exchange/copy").order_by(event.c.id))
    assert [row.action for row in trail] == ["report_copy", "report_copy", "platform_answered", "platform_answered"]
    for row in town.all(select(letter).where(letter.c.kind == "platform_correction")):
        rendering_job.press(town.db, town.services.letters, made, row.id, town.now)
    assert case
    town.sound()


def test_an_answer_entered_wrongly_is_corrected_and_the_difference_is_open_again(town: Town, clock: Clock) -> None:
    number = town.record()
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    where = reported(supervisor, number, "disputed").location
    supervisor.get(where)
    supervisor.post(where)
    correction, today = where.replace("letter", "correction"), str(town.today)
    supervisor.get(correction, status=404)  # nothing is entered yet
    supervisor.get(where)
    supervisor.post(where.replace("letter", "answer"), {"answer": "corrected", "day": today, "note": "已处理"})
    assert "没有不一致的信息" in supervisor.get(PAGE)
    assert correction in supervisor.text  # under what the answer ended
    page = supervisor.get(correction)
    assert "已经更正" in page
    assert '<td data-th="更正的原因"></td>' in page  # a first entry corrects nothing: a phone shows no label for it
    for given, says in (
        ({"answer": "corrected", "day": today, "note": "已处理", "reason": "看错"}, "与原来登记的一致"),
        ({"answer": "refused", "day": today, "note": "", "reason": "看错"}, "请写明对方不予更正的理由"),
        ({"answer": "none", "day": "", "note": "", "reason": ""}, "请写明为什么更正"),
        ({"answer": "later", "day": "x", "note": "", "reason": "看错"}, "请选择对方的答复"),
    ):
        answer = supervisor.post(correction, given)
        assert (answer.status_code, says in answer.text) == (422, True), given
    assert town.one(select(sync_finding)).ended_at is not None
    refused = {"answer": "refused", "day": today, "note": "称来源是其他平台", "reason": "误看为已更正"}
    assert supervisor.post(correction, refused).status_code == 303
    row = town.one(select(platform_letter))
    assert (row.answer, row.answer_note, town.one(select(sync_finding)).ended_at) == (
        "refused",
        "称来源是其他平台",
        None,
    )
    assert "仍标注异议" in supervisor.get(PAGE)
    page = supervisor.get(correction)
    assert ("已处理" in page, "误看为已更正" in page) == (True, True)  # both entries
    assert (
        supervisor.post(correction, {"answer": "none", "day": "", "note": "", "reason": "登记在别的函上"}).status_code
        == 303
    )
    row = town.one(select(platform_letter))
    assert (row.answer, row.answered_on, row.answer_note, row.answered_by) == (None, None, None, None)
    town.now = clock.travel(timedelta(days=(row.due_day - town.today).days + 1))
    assert chores.remind_of_platforms(town.db, town.services, town.now) == 1  # it waits for an answer as before
    trail = town.all(
        select(event.c.action, event.c.reason).where(event.c.stream == "exchange/copy").order_by(event.c.id)
    )
    assert [(one.action, one.reason) for one in trail[1:]] == [
        ("platform_answered", "已处理"),
        ("platform_answer_corrected", "误看为已更正"),
        ("platform_answer_corrected", "登记在别的函上"),
    ]
    told = town.all(select(notice).where(notice.c.title.startswith("更正了登记的答复")))
    assert any("由“已经更正”更正为“不予更正”" in one.body for one in told)
    town.sound()


@pytest.mark.either_database
def test_a_letter_that_lost_its_wrong_answer_is_chased_once_more(town: Town, clock: Clock) -> None:
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    where = reported(supervisor, town.record(), "disputed").location
    supervisor.get(where)
    supervisor.post(where)
    asked = town.one(select(platform_letter))
    town.now = clock.travel(timedelta(days=(asked.due_day - town.today).days + 1))
    assert chores.remind_of_platforms(town.db, town.services, town.now) == 1
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    supervisor.get(where)
    refused = {"answer": "refused", "day": str(town.today), "note": "不改"}
    supervisor.post(where.replace("letter", "answer"), refused)
    correction = where.replace("letter", "correction")
    supervisor.get(correction)
    nothing = {"answer": "none", "day": "", "note": "", "reason": "登记在别的函上"}
    assert supervisor.post(correction, nothing).status_code == 303
    assert [chores.remind_of_platforms(town.db, town.services, town.now) for _ in range(2)] == [1, 0]


@pytest.mark.either_database
def test_a_difference_found_anew_meanwhile_stays_the_only_open_one(town: Town) -> None:
    number = town.record()
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    where = reported(supervisor, number, "disputed").location
    supervisor.get(where)
    supervisor.post(where)
    supervisor.get(where)
    today = str(town.today)
    supervisor.post(where.replace("letter", "answer"), {"answer": "corrected", "day": today, "note": ""})
    assert reported(supervisor, number, "disputed").location != where
    supervisor.get(PAGE)
    given = {"answer": "refused", "day": today, "note": "不改", "reason": "看错"}
    assert supervisor.post(where.replace("letter", "correction"), given).status_code == 303
    open_ = [row.ended_at is None for row in town.all(select(sync_finding).order_by(sync_finding.c.id))]
    assert open_ == [False, True]
    head = Officer(make(town), town, "head@MARKET")
    head.get(PAGE)
    assert head.post(where.replace("letter", "correction"), given).status_code == 404


@pytest.mark.either_database
def test_a_difference_that_something_else_ended_stays_ended(town: Town, clock: Clock) -> None:
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    where = reported(supervisor, town.record(), "disputed").location
    supervisor.get(where)
    supervisor.post(where)
    supervisor.get(where)
    today = str(town.today)
    refused = {"answer": "refused", "day": today, "note": "不改"}
    supervisor.post(where.replace("letter", "answer"), refused)
    town.now = clock.travel(timedelta(minutes=1))
    town.turn(update(sync_finding).values(ended_at=town.now))  # as a look that finds the copy gone
    town.now = clock.travel(timedelta(minutes=1))
    correction = where.replace("letter", "correction")
    for given in ({"answer": "corrected", "day": today, "note": ""}, refused):
        supervisor.get(correction)
        assert supervisor.post(correction, {**given, "reason": "看错"}).status_code == 303
    assert (town.one(select(platform_letter)).answer, town.one(select(sync_finding)).ended_at is None) == (
        "refused",
        False,
    )


@pytest.mark.either_database
def test_what_is_no_matter_for_a_letter_is_said(town: Town) -> None:
    shown, hidden = town.record(), town.record(kinds=("warning",), fine=None)
    child = town.record(kind="natural_person", minor=True)
    app = make(town)
    supervisor = Officer(app, town, "supervisor@CREDIT")
    for number, seen, says in (
        (shown, "public", "与本系统一致"), ("XX-1", "public", "没有这个编号"), (shown, "", "请选择对方显示的情况"),
        (hidden, "public", "依法不对外公示"), (child, "public", "依法不对外公示"),
    ):  # fmt: skip
        answer = reported(supervisor, number, seen)
        assert (answer.status_code, says in answer.text) == (422, True), (number, seen, answer.text[:300])
    assert "请选择企业信息平台" in reported(supervisor, shown, "disputed", target="province").text
    assert town.all(select(sync_finding)) == []
    where = reported(supervisor, shown, "disputed").location
    assert "取消该信息的异议标注" in supervisor.get(where)
    head = Officer(app, town, "head@MARKET")
    head.get(where, status=404)
    assert head.post(where).status_code == 404
    objection = town.file_objection(shown)
    town.do(objection, "accept")  # what was found is true no more
    assert "公示状况已有变动" in supervisor.get(where)
    supervisor.post(f"{PAGE}/1/chase")
    assert "不接收推送" in supervisor.get(PAGE)


@pytest.mark.either_database
def test_a_third_party_is_entered_without_an_address_and_nothing_is_pushed_or_pulled(town: Town) -> None:
    admin = portal_visit.Visitor(portal_visit.make(town), town, "system_admin@CREDIT")
    admin.get("/admin/targets/new")
    given = {
        "code": "copy-two",
        "name": "云溪征信有限公司",
        "kind": "third_party",
        "page_url": "https://copy.example/{code}",
    }
    assert "不用填写" in admin.post("/admin/targets/new", given | {"url": "https://copy.example"}).text
    assert admin.post("/admin/targets/new", given).status_code == 303
    assert "发更正函" in admin.get("/admin/targets")
    page = admin.get("/admin/targets/copy-two")
    assert "检查对接" not in page
    asked: list[str] = []

    class Asked:
        """Looks at what platforms show, and finds nothing."""

        def push(self, target: Address, message: Message) -> Receipt:
            raise AssertionError(target.code)

        def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
            asked.append(target.code)
            return Page((), None)

    town.record()
    reconciliation.reconcile(town.db, Asked(), town.services.vault, lambda *_: None, town.now)
    assert not {"copy-two", "copy"} & set(asked)
    assert asked
    copies = {row.id for row in town.all(select(target.c.id).where(target.c.kind == "third_party"))}
    sent = {row.target_id for row in town.all(select(outbox.c.target_id).where(outbox.c.topic == "push"))}
    assert sent
    assert not copies & sent


def test_what_a_platform_refuses_of_a_case_is_written_about(town: Town, clock: Clock) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    row = next(one for one in town.pushes(case) if one.kind == "record_changed")
    with town.db.begin() as tx:
        receipts.give_up(tx, row.id, "对方平台不予办理：没有这个主体", town.now)
        receipts.decline(tx, row.id, "对方平台不予办理：没有这个主体", town.now)
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    assert "不予办理推送" in supervisor.get(PAGE)
    page = supervisor.get(f"{PAGE}/1/letter")
    assert "理由为“没有这个主体”" in page
    assert "按推送的内容办理该信息" in page
    token = supervisor.post(f"{PAGE}/1/letter").location.rpartition("/")[2]
    assert "已推送贵单位平台，贵单位答复不予办理，理由为" in words(town, token)
    with town.db.begin() as tx:  # the look of a night finds nothing, while the push is still stuck; then it is taken
        discrepancies.report_differences(tx, row.target_id, (), clock.travel(timedelta(days=1)))
    assert [one.ended_at for one in town.all(select(sync_finding))] == [None]
    town.turn(update(outbox).where(outbox.c.record_id == row.record_id).values(state="done", next_at=None))
    with town.db.begin() as tx:
        discrepancies.report_differences(tx, row.target_id, (), clock.travel(timedelta(days=1)))
    assert [one.ended_at is None for one in town.all(select(sync_finding))] == [False]
    town.sound()
