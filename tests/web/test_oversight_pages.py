"""What supervisors see: lateness and whose it is, figures, pushes that wait; sending again, waiving, the clock."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.casework import clock_guard, heartbeats
from repairflow.casework.cases import receipts
from repairflow.casework.queries.oversight import monthly_results, statistics
from repairflow.records import event, outbox, person, push_attempt, record, target
from repairflow.web.oversight import pushes
from tests.casework.test_provisional_lapse import run_out
from tests.casework.test_unfounded_lapse import asked, unconfirm
from tests.conftest import Clock
from tests.law_stories.chaining import opened
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def granted(town: Town) -> str:
    """A repair that was granted and waits for receipts."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    return case


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("supervisor@CREDIT", 200), ("head@ENV", 200), ("reviewer@ENV", 403), ("auditor@CREDIT", 403), ("yunxi", 403),
    ],
)  # fmt: skip
def test_who_may_look(app: Flask, town: Town, who: str, status: int) -> None:
    officer = Officer(app, town, who)
    for path in (
        "/oversight/",
        "/oversight/pushes",
        "/oversight/late.csv",
        "/oversight/results",
        "/oversight/results.csv",
    ):
        officer.get(path, status)


def test_lateness_names_the_office_and_the_post(app: Flask, town: Town, clock: Clock) -> None:
    case = town.file_repair()
    town.now = clock.travel(timedelta(days=12))
    page = Officer(app, town, "supervisor@CREDIT").get("/oversight/")
    for words in (case, "受理期限", "云溪县生态环境局", "受理人员", "逾期"):
        assert words in page, words
    assert "没有逾期" in Officer(app, town, "head@MARKET").get("/oversight/")


def test_lateness_can_be_taken_away(app: Flask, town: Town, clock: Clock) -> None:
    case = town.file_repair()
    town.now = clock.travel(timedelta(days=12))
    sheet = Officer(app, town, "supervisor@CREDIT").client.get("/oversight/late.csv")
    rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    due = town.dues(case)["acceptance"].due_day
    working = town.law.calendar.count_working_days(due, town.today)
    assert rows == [
        {
            "办件编号": case, "信用主体": "云溪环保科技有限公司", "程序": "信用修复", "期限": "受理期限", "责任单位": "云溪县生态环境局",
            "责任岗位": "受理人员", "届满日": str(due), "逾期工作日": str(working),
        }
    ]  # fmt: skip


def test_long_lists_are_cut_on_the_page_and_whole_in_the_table(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of an archive must not grow with it; how many there are is said, and the table to take away has them all."""
    monkeypatch.setattr(statistics, "SHOWN", 1)
    monkeypatch.setattr(monthly_results, "SHOWN", 1)
    measure = opened(town, "joint_measure", record=town.record(), inputs={"measure": "bidding"})
    town.do(measure, "request")
    town.do(measure, "respond", inputs={"term_end": "2026-07-10"})
    for occasion in ("第一次", "第二次"):
        town.do(measure, "feed_back", inputs={"carried_out_on": "2026-06-10", "occasion": occasion})
    first, second = town.file_repair(), town.file_repair()
    town.now = clock.travel(timedelta(days=12))
    officer = Officer(app, town, "supervisor@CREDIT")
    page = officer.get("/oversight/")
    assert (first in page, second in page) == (True, False)
    assert "只列出最久的 1 项，共 2 项" in page
    results = officer.get("/oversight/results")
    assert ("第一次" in results, "第二次" in results, "只列出前 1 项，共 2 项" in results) == (True, False, True)
    for path, among in (("late", (first, second)), ("results", ("第一次", "第二次"))):
        sheet = officer.client.get(f"/oversight/{path}.csv").text
        assert all(one in sheet for one in among), path


@pytest.fixture
def fed_back(town: Town) -> str:
    """A joint measure in force that its partner carried out in June and, as it told later, in May."""
    case = opened(town, "joint_measure", record=town.record(), inputs={"measure": "bidding"})
    town.do(case, "request")
    town.do(case, "respond", inputs={"term_end": "2026-07-10"})
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-06-10", "occasion": "城南管网工程投标"})
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-05-31", "occasion": "=补报"})
    return case


def test_the_monthly_list_of_results(app: Flask, town: Town, fed_back: str) -> None:
    """The supervisor sees all results and looks over their cases; a head sees those of the office's own cases."""
    supervisor, head = Officer(app, town, "supervisor@CREDIT"), Officer(app, town, "head@ENV")
    for officer in (supervisor, head):
        page = officer.get("/oversight/results")
        for words in (
            "云溪县市场监督管理局",
            "限制参加政府采购和工程投标",
            "云溪县生态环境局",
            "2026年6月10日",
            "城南管网工程投标",
        ):
            assert words in page, words
        assert "补报" not in page
        assert "补报" in officer.get("/oversight/results?month=2026-05")
        assert "下个月" in officer.text
        assert "这个月没有反馈" in officer.get("/oversight/results?month=2026-04")
    for officer in (head, supervisor):
        assert f'href="/desk/cases/{fed_back}"' in officer.get("/oversight/results")
    sheet = supervisor.client.get("/oversight/results.csv?month=2026-05")
    assert list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff")))) == [
        ["执行主体", "措施", "部门", "时间", "事项"],
        [
            "云溪县市场监督管理局", "限制参加政府采购和工程投标", "云溪县生态环境局", "2026-05-31", "云溪环保科技有限公司：=补报",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("month", ["2026-13", "6", "2026-07", "0001-01", "2026-06-01", "<b>"])
def test_a_month_that_is_none_is_refused(app: Flask, town: Town, month: str) -> None:
    officer = Officer(app, town, "supervisor@CREDIT")
    for path in ("/oversight/results", "/oversight/results.csv"):
        assert "请重新选择" in officer.get(f"{path}?month={month}", 422)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/oversight/late.csv", "逾期清单-2026-06-10.csv"), ("/oversight/results.csv", "联合惩戒成效清单-2026-06.csv")],
)
def test_a_download_keeps_its_chinese_name(app: Flask, town: Town, path: str, name: str) -> None:
    """RFC 6266: the name in UTF-8 beside one in ASCII; a raw Chinese name is no header."""
    header = Officer(app, town, "supervisor@CREDIT").client.get(path).headers["Content-Disposition"]
    assert header.isascii()
    assert f"filename*=UTF-8''{quote(name)}" in header


def test_figures_of_closed_cases(app: Flask, town: Town, clock: Clock) -> None:
    """One refused in time, one denied after the acceptance limit, one withdrawn: three closed, two against, one late."""
    quick, slow, gone = (town.file_repair() for _ in range(3))
    town.do(quick, "refuse", ground="identity")
    town.do(gone, "withdraw")
    town.now = clock.travel(timedelta(days=9))
    town.steps(slow, "accept", "report_verification", "propose_denial")
    town.do(slow, "deny", ground="duty_unperformed")
    with town.db.read() as tx:
        found = statistics.closed(tx, town.law, town.actor("supervisor@CREDIT"), town.today)
        month = statistics.month(tx, town.actor("supervisor@CREDIT"), town.today.replace(day=1))
    assert (found.judged, found.on_time, found.against) == (3, 2, 2)
    assert {(one.label, one.count) for one in found.grounds} == {("申请人身份未能确认", 1), ("义务未全部履行", 1)}
    span = town.law.calendar.count_working_days(town.case(slow).filed_day, town.today)
    assert found.mean_days == pytest.approx(span / 3)
    assert (month.filed, month.closed, month.in_favour, month.against, month.neutral) == (3, 3, 0, 2, 1)
    page = Officer(app, town, "supervisor@CREDIT").get("/oversight/")
    assert "办结 3 件，其中 2 件各期限均未超过；不利结果 2 件（67%）" in page
    assert '<svg viewBox="0 0 100 10"' in page


def test_figures_are_those_of_cases_one_may_see(app: Flask, town: Town) -> None:
    town.file_repair()
    with town.db.read() as tx:
        seen = [
            sum(one.count for one in statistics.open_by_state(tx, town.law, town.actor(who)))
            for who in ("supervisor@CREDIT", "head@ENV", "head@MARKET")
        ]
    assert seen == [1, 1, 0]


def test_no_worker_is_told_with_what_waits(app: Flask, town: Town) -> None:
    granted(town)
    officer = Officer(app, town, "supervisor@CREDIT")
    with town.db.read() as tx:
        waiting = tx.execute(
            select(outbox.c.id).where(outbox.c.state == "waiting", outbox.c.topic.in_(("push", "press")))
        ).all()
    assert f"{len(waiting)} 件推送和文书在等待" in officer.get("/oversight/pushes")
    with town.db.begin() as tx:
        heartbeats.show(tx, "node", town.now)
    assert "没有运行" not in officer.get("/oversight/pushes")


def test_the_health_of_targets(app: Flask, town: Town) -> None:
    case = granted(town)
    with town.db.begin() as tx:
        receipts.receive(tx, town.services, town.pushes(case)[0].id, {"ok": True}, town.now)
        receipts.give_up(tx, town.pushes(case)[2].id, "对方系统三天没有应答", town.now)
    page = Officer(app, town, "supervisor@CREDIT").get("/oversight/pushes")
    assert "2026-06-10 10:00" in page
    assert "停止重试，需要处理" in page
    assert "对方系统三天没有应答" in page


def test_a_dead_push_is_sent_again_after_a_question(app: Flask, town: Town) -> None:
    case = granted(town)
    row = town.pushes(case)[0]
    with town.db.begin() as tx:
        receipts.give_up(tx, row.id, "没有应答", town.now)
    officer = Officer(app, town, "supervisor@CREDIT")
    assert "请先确认对方系统已经恢复" in officer.get(f"/oversight/pushes/{row.id}/retry")
    assert town.pushes(case)[0].state == "dead"
    for words in ("已重新排入推送", "没有改动"):
        assert officer.post(f"/oversight/pushes/{row.id}/retry", {"confirmed": "yes"}).status_code == 303
        assert words in officer.get("/oversight/pushes")
    assert (town.pushes(case)[0].state, town.pushes(case)[0].attempts) == ("waiting", 0)
    (told,) = town.all(select(event).where(event.c.action == "push_retried"))
    assert (told.case_id, told.actor_name, told.actor_role, told.to_state) == (
        town.case(case).id, "supervisor@CREDIT", "supervisor", None,
    )  # fmt: skip
    assert "重新推送" in officer.get(f"/desk/cases/{case}")
    town.sound()


def test_pushes_given_up_are_sent_again_together_after_a_look(app: Flask, town: Town) -> None:
    """By cause or target; what is unchecked stays, and what another one sent meanwhile does no harm."""
    case = granted(town)
    first, second, third = town.pushes(case)[:3]
    with town.db.begin() as tx:
        for row, why in ((first, "timeout"), (second, "timeout"), (third, "refused")):
            tx.execute(
                insert(push_attempt).values(
                    outbox_id=row.id, number=1, at=town.now, millis=1500, why=why, said="<b>oops"
                )
            )
            receipts.give_up(tx, row.id, "没有应答", town.now)
    officer = Officer(app, town, "supervisor@CREDIT")
    assert "没有按时答复：没有应答" in officer.get("/oversight/pushes")
    shown = officer.get("/oversight/pushes/retry?why=timeout")
    assert [f'value="{row.id}"' in shown for row in (first, second, third)] == [True, True, False]
    assert "没有这样的推送" in officer.get("/oversight/pushes?why=gone")
    assert officer.post("/oversight/pushes/retry", {}).status_code == 422
    sent = {"push": [str(first.id), str(third.id), "x", str(first.id)]}
    assert officer.post("/oversight/pushes/retry", sent).status_code == 303
    assert "2 件已重新排入推送" in officer.get("/oversight/pushes")
    assert [row.state for row in town.pushes(case)[:3]] == ["waiting", "dead", "waiting"]
    assert len(town.all(select(event).where(event.c.action == "push_retried"))) == 2
    town.sound()


def test_a_push_shows_every_try_and_who_sees_to_it(app: Flask, town: Town) -> None:
    case = granted(town)
    row = town.pushes(case)[0]
    with town.db.begin() as tx:
        said = insert(push_attempt).values(
            outbox_id=row.id, number=1, at=town.now, millis=1500, why="server_error", status=502, said="<b>Bad Gateway"
        )
        tx.execute(said)
    officer = Officer(app, town, "supervisor@CREDIT")
    page = officer.get(f"/oversight/pushes/{row.id}")
    for words in ("对方系统故障", "HTTP 502", "<b>Bad Gateway", "1.5 秒"):
        assert words in page
    assert "&lt;b&gt;Bad Gateway" in officer.page.text
    for note in ("", "x" * 501):
        assert officer.post(f"/oversight/pushes/{row.id}/note", {"note": note}).status_code == 422
    assert officer.post(f"/oversight/pushes/{row.id}/note", {"note": "对方周五换证书"}).status_code == 303
    assert "supervisor@CREDIT跟进：对方周五换证书" in officer.get("/oversight/pushes")
    (told,) = town.all(select(event).where(event.c.action == "push_minded"))
    assert (told.case_id, told.actor_name) == (town.case(case).id, "supervisor@CREDIT")
    assert "跟进推送" in officer.get(f"/desk/cases/{case}")
    foreign = Officer(app, town, "head@MARKET")
    foreign.get(f"/oversight/pushes/{row.id}", 404)
    foreign.get("/oversight/pushes")
    assert foreign.post(f"/oversight/pushes/{row.id}/note", {"note": "x"}).status_code == 404
    town.sound()


def test_what_a_platform_refused_or_left_undecided_stands_in_the_trail_by_its_own_word(app: Flask, town: Town) -> None:
    """It reaches who handles the case, too."""
    case = granted(town)
    row, other = town.pushes(case)[:2]
    with town.db.begin() as tx:
        receipts.decline(tx, row.id, "对方平台不予办理：无此文号", town.now)
        receipts.give_up(tx, row.id, "对方平台不予办理：无此文号", town.now)
        receipts.leave_undecided(tx, other.id, "对方平台已经收到，尚未作出处理：待核", town.now)
        receipts.give_up(tx, other.id, "对方平台已经收到，尚未作出处理：待核", town.now)
    told = {one.action: one for one in town.all(select(event).where(event.c.action.like("push_%")))}
    assert set(told) == {"push_declined", "push_undecided"}
    assert {(one.case_id, one.actor_role) for one in told.values()} == {(town.case(case).id, "system")}
    page = Officer(app, town, "supervisor@CREDIT").get(f"/desk/cases/{case}")
    for words in ("无此文号", "对方平台逾期未作处理", "待核"):
        assert words in page
    handler = town.one(select(person.c.login).where(person.c.id == town.case(case).handler_id)).login
    titles = town.notices(handler, "dead_letter")
    assert [sum(word in title for title in titles) for word in ("不予办理", "逾期未作处理")] == [1, 1]
    town.sound()


def test_sending_a_records_push_again_stands_in_the_records_trail(app: Flask, town: Town, clock: Clock) -> None:
    number = town.record()
    row = town.one(select(outbox).where(outbox.c.topic == "push").limit(1))
    with town.db.begin() as tx:
        receipts.give_up(tx, row.id, "没有应答", town.now)
    officer = Officer(app, town, "supervisor@CREDIT")
    officer.get(f"/oversight/pushes/{row.id}/retry")
    town.now = clock.travel(timedelta(minutes=5))
    assert officer.post(f"/oversight/pushes/{row.id}/retry", {"confirmed": "yes"}).status_code == 303
    again = town.one(select(outbox).where(outbox.c.id == row.id))
    # the message's instant is part of it: platforms hear the same bytes
    assert (again.state, again.attempts, again.created_at) == ("waiting", 0, row.created_at)
    (told,) = town.all(select(event).where(event.c.action == "push_retried"))
    assert (told.case_id, told.record_id) == (None, town.one(select(record.c.id).where(record.c.number == number)).id)
    town.sound()


def test_what_is_not_ones_own_is_absent(app: Flask, town: Town) -> None:
    row = town.pushes(granted(town))[0]
    officer = Officer(app, town, "head@MARKET")
    for path in (
        f"/oversight/pushes/{row.id}/retry",
        f"/oversight/pushes/{row.id}/waive",
        "/oversight/pushes/999/retry",
    ):
        officer.get(path, 404)
    officer.get("/oversight/")
    assert officer.post(f"/oversight/pushes/{row.id}/retry").status_code == 404


def test_waiving_is_a_step_of_the_case(app: Flask, town: Town) -> None:
    """Every target waived with a reason: the case closes, and each waiver stands in its trail."""
    case = granted(town)
    officer = Officer(app, town, "supervisor@CREDIT")
    while waiting := [row for row in town.pushes(case) if row.state == "waiting"]:
        page = officer.get(f"/oversight/pushes/{waiting[0].id}/waive")
        assert "取消后不再等待" in page
        form = {
            "expected_version": str(town.case(case).version), "command_id": f"waiving-{waiting[0].id}",
            "target": town.one(select(target.c.code).where(target.c.id == waiting[0].target_id)).code, "reason": "",
        }  # fmt: skip
        assert officer.post(f"/desk/cases/{case}/actions/waive_target", form).status_code == 422
        assert "请填写取消向该单位推送的理由" in officer.text
        answer = officer.post(f"/desk/cases/{case}/actions/waive_target", {**form, "reason": "从未接收此信息。"})
        assert answer.status_code == 303
    assert town.case(case).outcome == "granted"
    assert [row.action for row in town.trail(case)].count("waive_target") >= 1


def test_a_head_may_not_waive(app: Flask, town: Town) -> None:
    row = town.pushes(granted(town))[0]
    officer = Officer(app, town, "head@ENV")
    assert "取消推送</a>" not in officer.get("/oversight/pushes").replace('<span class="visually-hidden">', "</a>")
    officer.get(f"/oversight/pushes/{row.id}/waive", 422)


def test_a_jump_of_the_clock_is_told_and_confirmed_by_a_person(app: Flask, town: Town, clock: Clock) -> None:
    for hours in (0, 7):  # the sweeps look at the clock
        town.now = clock.travel(timedelta(hours=hours))
        with town.db.begin() as tx:
            clock_guard.settle(tx, clock_guard.read_clock(tx, town.now))
    head, supervisor = Officer(app, town, "head@ENV"), Officer(app, town, "supervisor@CREDIT")
    assert "系统时间需要核对" in head.get("/oversight/")
    assert "核对并确认" not in head.get("/oversight/")
    assert "核对并确认" in supervisor.get("/oversight/")
    assert "2026-06-10 17:00" in supervisor.get("/oversight/clock")
    head.get("/oversight/clock", 403)
    assert supervisor.post("/oversight/clock", {"confirmed": "yes"}).status_code == 303
    assert "系统时间需要核对" not in supervisor.get("/oversight/")
    told = town.all(select(event).where(event.c.action == "confirm_clock"))
    assert [row.actor_name for row in told] == ["supervisor@CREDIT"]


def test_pages_by_keyset(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "PAGE", 2)
    granted(town)
    officer = Officer(app, town, "supervisor@CREDIT")
    assert 'rel="next"' in officer.get("/oversight/pushes")
    assert "翻页标记无效" in officer.get("/oversight/pushes?after=x", 422)
    assert "没有等待推送的内容" in officer.get("/oversight/pushes?after=99999")


def test_pushes_of_records_alone_are_the_supervisors(app: Flask, town: Town) -> None:
    town.record()
    with town.db.begin() as tx:
        tx.execute(update(outbox).values(last_error="对方系统维护"))
    assert "对方系统维护" in Officer(app, town, "supervisor@CREDIT").get("/oversight/pushes")
    assert "对方系统维护" in Officer(app, town, "head@ENV").get("/oversight/pushes")
    assert "对方系统维护" not in Officer(app, town, "head@MARKET").get("/oversight/pushes")


def test_a_supervisor_confirms_a_provisional_day_on_the_page(app: Flask, town: Town, clock: Clock) -> None:
    number = run_out(town)
    clock.travel(town.now)
    officer = Officer(app, town, "supervisor@CREDIT")
    assert number in officer.get("/oversight/late")
    given = {"number": number, "clock": "supplement"}
    assert officer.post("/oversight/late/provisional", {**given, "reason": " "}).status_code == 422
    assert town.case(number).state == "supplement"
    assert officer.post("/oversight/late/provisional", {**given, "reason": "已核对通知"}).status_code == 303
    assert town.case(number).state == "lapsed"
    assert Officer(app, town, "head@ENV").post("/oversight/late/provisional", given).status_code == 403


def test_letters_nobody_served_and_lapses_without_a_rule_are_listed(app: Flask, town: Town, clock: Clock) -> None:
    unconfirm(town)
    number = asked(town)
    waiting = town.file_repair(town.record(date(2026, 2, 6)))
    town.do(waiting, "request_supplement")  # never served
    assert "没有登记送达的文书" not in Officer(app, town, "acceptor@ENV").get("/desk/")
    town.now = clock.travel(timedelta(days=20))
    town.sweep()
    page = Officer(app, town, "supervisor@CREDIT").get("/oversight/late")
    assert "等待单位确认规则：1 项" in page
    assert f'<span class="rf-nowrap">{number}</span>' in page
    assert "没有登记送达的文书：1 份" in page
    mine = Officer(app, town, "acceptor@ENV").get("/desk/")
    assert "没有登记送达的文书：1 份" in mine
    assert waiting in mine
    assert "没有登记送达的文书" not in Officer(app, town, "acceptor@MARKET").get("/desk/")
