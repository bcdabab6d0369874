"""Cases over HTTP: what the enterprise sees of them, supplies, withdraws, and is told."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.casework.cases.receipts import receive
from repairflow.records import letter, material, outbox
from tests.conftest import Clock
from tests.law_stories.chaining import opened
from tests.support.building import Town, png
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


@pytest.fixture
def visitor(app: Flask, town: Town) -> Visitor:
    return Visitor(app, town, "yunxi")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((), ("现在：待受理", "等待受理人员办理", "撤回申请", "受理期限剩 3 个工作日", "信用修复申请回执")),
        (("request_supplement",), ("请您处理：待补正", "缴款凭证", "提交补正", "补正通知书", "受理期限中止")),
        (("accept",), ("现在：核查中", "办理期限剩 7 个工作日", "受理人员 acceptor@ENV")),
        (("accept", "report_verification"), ("单位内部办理", "现在：待审核")),
        (
            ("accept", "report_verification", "propose_grant", "grant"),
            (
                "现在：同步中",
                "各平台同步情况",
                "site",
                "province",
                "各平台全部确认后办结",
                "信用修复决定书",
                "条件核查",
                "核查人 examiner@ENV",
            ),
        ),
        (("refuse",), ("办理结果", "不予受理", "不属于本机关认定的失信信息", "救济途径", "行政复议")),
        (
            ("accept", "report_verification", "propose_denial", "deny"),
            ("不予修复", "义务未全部履行", "救济途径", "行政诉讼", "再次申请"),
        ),
    ],
)
def test_the_page_says_where_a_repair_stands(
    visitor: Visitor, town: Town, steps: tuple[str, ...], said: tuple[str, ...]
) -> None:
    case = town.file_repair()
    if steps:
        town.steps(case, *steps)
    page = visitor.get(f"/my/cases/{case}")
    assert [words for words in said if words not in page] == []


def test_pushes_that_wait_fail_and_arrive(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    rows = town.pushes(case)
    with town.db.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.id == rows[0].id).values(attempts=4))
    assert "已试 4 次，会自动再试" in visitor.get(f"/my/cases/{case}")
    for row in rows:
        with town.db.begin() as tx:
            receive(tx, town.services, row.id, {"receipt": "ok"}, town.now)
    page = visitor.get(f"/my/cases/{case}")
    assert "准予修复，已办结" in page
    assert "已收到回执" in page
    assert "等待推送" not in page


def test_a_supplement_goes_from_the_gaps_to_the_desk(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    step = f"/my/cases/{case}/step/supply"
    assert "需要补正的全部内容" in visitor.get(step)
    form = {"expected_version": "2", "command_id": "press-1"}
    assert visitor.post(step, form).status_code == 422
    assert "请上传补正的材料后再提交" in visitor.text
    assert visitor.upload(f"{step}/materials", "performance_proof", ("坏.pdf", b"%PDF-")).status_code == 422
    assert "坏.pdf：" in visitor.text
    assert visitor.upload(f"{step}/materials", "performance_proof", ("检测报告.png", png(9))).status_code == 303
    assert "检测报告.png" in visitor.get(step)
    first, second = visitor.post(step, form), visitor.post(step, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert town.case(case).state == "submitted"
    assert town.case(case).version == 3
    assert "检测报告.png" in visitor.get(f"/my/cases/{case}")
    town.sound()


def test_a_supplement_material_can_be_taken_back(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    step = f"/my/cases/{case}/step/supply"
    visitor.get(step)
    visitor.upload(f"{step}/materials", "other", ("多余.png", png(3)))
    page = visitor.get(step)
    remove = next(part.split('"')[0] for part in page.split('action="') if "/remove" in part.split('"')[0])
    answer = visitor.post(remove)
    assert str(answer.location).endswith(step)
    assert "多余.png" not in visitor.get(step)


def test_a_statement_in_defence_is_given_and_kept_when_faulty(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice")
    assert "请您处理" in visitor.get(f"/my/cases/{case}")
    step = f"/my/cases/{case}/step/state_defence"
    visitor.get(step)
    version = str(town.case(case).version)
    long = "陈" * 5001
    assert "陈述申辩的证据材料" in visitor.text
    assert "履行义务、纠正行为的证明" not in visitor.text  # what the filing brought is not asked again
    visitor.upload(f"{step}/materials", "performance_proof", ("别的.png", png(4)))
    assert visitor.upload(f"{step}/materials", "defence", ("缴款凭证.png", png(5))).status_code == 303
    assert "别的.png" not in visitor.get(step)
    assert "缴款凭证.png" in visitor.text
    form = {"expected_version": version, "command_id": "d-1", "statement": long}
    assert visitor.post(step, form).status_code == 422
    assert "不能超过 5000 字" in visitor.text
    assert long in visitor.text
    assert visitor.post(step, form | {"statement": "罚款已经缴清。"}).status_code == 303
    assert "陈述申辩的证据材料 · " in visitor.get(f"/my/cases/{case}")
    assert town.case(case).state == "reviewing"


def test_withdrawing_asks_first_and_ends_the_case(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    page = visitor.get(f"/my/cases/{case}/step/withdraw")
    assert "确认撤回申请" in page
    assert town.case(case).state == "submitted"
    answer = visitor.post(f"/my/cases/{case}/step/withdraw", {"expected_version": "1", "command_id": "w-1"})
    assert answer.status_code == 303
    assert town.case(case).state == "withdrawn"
    assert "已撤回" in visitor.get(f"/my/cases/{case}")
    visitor.get(f"/my/cases/{case}/step/withdraw", 404)


@pytest.mark.parametrize("version", ["1", "0", "", "x", "99"])
def test_a_stale_press_changes_nothing_and_shows_what_did(visitor: Visitor, town: Town, version: str) -> None:
    case = town.file_repair()
    visitor.get(f"/my/cases/{case}/step/withdraw")
    town.do(case, "accept")
    answer = visitor.post(f"/my/cases/{case}/step/withdraw", {"expected_version": version, "command_id": "w-1"})
    assert answer.status_code == 409
    assert "办件已有变化" in visitor.text
    assert "现为“核查中”" in visitor.text
    assert town.case(case).state == "verifying"
    if version == "1":
        assert "受理人员 acceptor@ENV" in visitor.text


@pytest.mark.parametrize("action", ["accept", "grant", "supply", "no_such"])
def test_steps_of_others_or_of_other_states_are_not_here(visitor: Visitor, town: Town, action: str) -> None:
    case = town.file_repair()
    visitor.get(f"/my/cases/{case}/step/{action}", 404)
    answer = visitor.post(f"/my/cases/{case}/step/{action}", {"expected_version": "1", "command_id": "z"})
    assert answer.status_code in {403, 404, 422}
    assert town.case(case).version == 1


def test_the_list_shows_own_cases_page_by_page(
    app: Flask, visitor: Visitor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repairflow.web.portal.cases.PAGE_SIZE", 2)
    mine = [town.file_repair() for _ in range(3)]
    foreign = town.file("repair", town.record(company="hengtuo"), town.actor("hengtuo"))
    town.do(mine[0], "refuse")
    first = visitor.get("/my/cases?show=all")
    assert [n in first for n in mine] == [False, True, True]
    following = next(p.split('"')[0] for p in first.split('rel="next" href="')[1:])
    rest = visitor.get(following)
    assert [n in rest for n in mine] == [True, False, False]
    assert mine[0] not in visitor.get("/my/cases")
    assert foreign not in first + rest
    visitor.get("/my/cases?after=zzz", 422)


def test_a_consultation_is_not_among_the_enterprise_s_letters(visitor: Visitor, town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    page = visitor.get(f"/my/cases/{case}")
    assert "异议申请受理通知书" in page
    assert "<strong>关于协助核查" not in page


def test_the_inbox_marks_what_was_not_read(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    page = visitor.get("/my/inbox")
    assert f"{len(town.notices('yunxi'))} 封未读" in page
    assert f'href="/my/cases/{case}"' in page
    assert "未读</span>" in visitor.get("/my/inbox")  # reading a page marks nothing
    assert visitor.post("/my/inbox/read").status_code == 303
    assert "没有未读" in visitor.get("/my/inbox")
    visitor.get("/my/inbox?before=x", 422)


def test_forms_without_their_token_do_nothing(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    answer = visitor.client.post(f"/my/cases/{case}/step/withdraw", data={"expected_version": "1", "command_id": "w"})
    assert answer.status_code == 400
    assert town.case(case).state == "submitted"
    assert town.all(select(outbox).where(outbox.c.topic == "push")) == [] or town.case(case).version == 1


@pytest.mark.parametrize(("told", "review", "suit"), [
    (True, "2026年8月10日", "2026年12月10日"),  # 60 days end on Sunday the 9th; six months
    (False, "2027年6月10日", "2027年6月10日"),  # a letter of before that told no limit: a year (复议法 20(3), 法释〔2018〕1号 64)
])  # fmt: skip
def test_the_last_days_of_remedies_stand_on_the_case_and_the_letter(
    visitor: Visitor, town: Town, told: bool, review: str, suit: str
) -> None:
    case = town.ended()
    (row,) = town.all(select(letter).where(letter.c.kind == "repair_denied"))
    if not told:  # letters are kept as they are: an older one of the same kind takes its place
        fields = {name: value for name, value in row.content["fields"].items() if name != "remedy_paragraphs"}
        older = {
            **row._mapping,
            "content": {**row.content, "fields": fields},
            "number": "旧1号",
            "token": "o" * 22,
            "round": 2,
        }
        town.turn(insert(letter).values({name: value for name, value in older.items() if name != "id"}))
        (row,) = town.all(select(letter).where(letter.c.number == "旧1号"))
    assert "救济期限" not in visitor.get(f"/my/cases/{case}"), "it is not served yet"
    town.serve(case)
    for page in (visitor.get(f"/my/cases/{case}"), visitor.get(f"/letters/{row.token}")):
        words = re.sub(r"<[^>]+>|\s", "", page)
        assert f"行政复议至{review}" in words
        assert f"行政诉讼至{suit}" in words
        assert ("文书没有告知期限，按最长期间计算" in words) != told


def test_a_step_asks_for_the_material_that_satisfies_it(visitor: Visitor, town: Town) -> None:
    case = town.begin("commitment")
    town.do(case, "register")
    step = f"/my/cases/{case}/step/report_performance"
    assert "信用承诺书（单位加盖公章）" not in visitor.get(step)
    version = str(town.case(case).version)
    assert visitor.post(step, {"expected_version": version, "command_id": "p-1"}).status_code == 422
    assert "请上传“履行承诺的证明、补齐的材料”后再提交" in visitor.text


def test_files_of_offices_have_their_names(visitor: Visitor, town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding")
    proof = town.one(select(material).where(material.c.kind == "proof"))
    page = visitor.get(f"/my/cases/{case}")  # what an office found is read in reconsideration, not here
    assert [words for words in ("核查材料（签章）", "proof ·", proof.token) if words in page] == []
    assert "第四十七条" in page
    visitor.get(f"/materials/{proof.token}", 404)
    assert "送达凭证 · " not in page
    town.serve(case)
    assert "送达凭证 · " in visitor.get(f"/my/cases/{case}")
    assert "service_evidence ·" not in visitor.text
    meeting = opened(town, "interview", kind="reminder")
    town.steps(meeting, "approve", "serve_notice")
    asked = town.material("request", town.actor("examiner@ENV"))
    town.do(meeting, "reschedule", inputs={"meeting_at": "2026-06-18T14:00"}, materials=(asked,))
    assert "改期的书面申请 · " in visitor.get(f"/my/cases/{meeting}")  # goes with the letter
    assert "request ·" not in visitor.text


def test_a_limit_that_waits_for_service_says_so_and_ends_ten_working_days_after(visitor: Visitor, town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    waits = ("自文书送达起算，还没有送达", "补正期限")
    for page in (visitor.get(f"/my/cases/{case}"), visitor.get("/my/cases")):
        assert [words for words in waits if words not in page] == []
    town.serve(case)
    page = visitor.get(f"/my/cases/{case}")
    assert "补正期限剩 10 个工作日" in page
    assert "6月25日（周四）" in page
    assert "送达凭证" in page
    assert "文书送达：一次性告知补正，次日起算" in page


def test_the_silence_of_the_office_stands_on_the_case_until_it_acts(app: Flask, town: Town, clock: Clock) -> None:
    case = town.file_repair()
    assert "机关逾期" not in Visitor(app, town, "yunxi").get(f"/my/cases/{case}")
    clock.travel(town.at(date(2026, 6, 18)))
    town.sweep()
    visitor = Visitor(app, town, "yunxi")
    page = visitor.get(f"/my/cases/{case}")
    told = (
        "机关逾期，可以寻求的救济",
        "自2026年8月10日起可以向云溪县人民政府申请行政复议",
        "第十六条第一款",
        "第二十三条第一款第三项",
        "15日内向云溪县人民法院提起行政诉讼",
    )
    assert [words for words in told if words not in page] == []
    town.do(case, "accept")
    assert "机关逾期" not in visitor.get(f"/my/cases/{case}")


@pytest.mark.parametrize(
    ("procedure", "steps", "again"),
    [
        ("repair", ("accept", "report_verification", "propose_denial", "deny"), True),
        ("objection", ("accept", "consult", "report_finding", "dismiss"), False),
    ],
)
def test_only_what_rests_on_conditions_is_said_to_be_asked_again(
    visitor: Visitor, town: Town, procedure: str, steps: tuple[str, ...], again: bool
) -> None:
    case = town.file_repair() if procedure == "repair" else town.file_objection()
    town.steps(case, *steps)
    page = visitor.get(f"/my/cases/{case}")
    assert "办理结果" in page
    assert ("条件具备后可以" in page) is again
