"""Filing over HTTP: one thing a page, nothing lost, every refusal at once, and one case however often it is pressed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from repairflow.law.identifiers import make_uscc
from repairflow.records import cases, draft, material, role_grant
from tests.conftest import Clock
from tests.support.building import COMPANIES, Town, png, stock
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


@pytest.fixture
def visitor(app: Flask, town: Town) -> Visitor:
    return Visitor(app, town, "yunxi")


def count(town: Town, table: object) -> int:
    return int(town.one(select(func.count()).select_from(table))[0])  # type: ignore[arg-type]  # any table


def test_the_pages_warn_of_posts_that_nobody_holds(visitor: Visitor, town: Town) -> None:
    number = town.record()
    assert "没有人担任" not in visitor.get(f"/my/file/repair/{number}")
    with town.db.begin() as tx:
        tx.execute(role_grant.delete().where(role_grant.c.office_id == town.offices["ENV"]))
    assert "没有人担任受理人员" in visitor.get(f"/my/file/repair/{number}")
    page = visitor.begin(number)
    visitor.fill(page)
    assert "没有人担任受理人员" in visitor.get(f"{page}/check")
    assert visitor.post(f"{page}/check").status_code == 303  # a right is not lost because an office has nobody


def test_a_repair_from_the_first_page_to_the_receipt(visitor: Visitor, town: Town) -> None:
    number = town.record()
    start = visitor.get(f"/my/file/repair/{number}")
    for said in ("最短公示期已满", "行为已纠正、义务已全部履行", "已公开作出信用承诺", "开始填写"):
        assert said in start
    draft_page = visitor.begin(number)
    visitor.fill(draft_page)
    check = visitor.get(f"{draft_page}/check")
    assert "已缴清罚款并完成整改。" in check
    assert "缴款凭证.png" in check
    assert "宋远山（2026-04 版）" in check
    answer = visitor.post(f"{draft_page}/check")
    assert answer.status_code == 303
    receipt = visitor.get(str(answer.location))
    case = town.one(select(cases)).number
    assert case in receipt
    assert "6月15日（周一）</time>届满" in receipt  # three working days after Wednesday 10 June
    assert "期限计算说明" in receipt
    assert "信用修复申请回执" in receipt
    assert town.one(select(material)).case_id is not None
    town.sound()


def test_an_objection_is_filed_without_a_printed_form_and_signed_online(visitor: Visitor, town: Town) -> None:
    number = town.record()
    assert "加盖公章" not in visitor.get(f"/my/file/objection/{number}")
    draft_page = visitor.begin(number, "objection")
    visitor.get(f"{draft_page}/answers")
    assert "数额有误" in visitor.text
    form = town.law.in_force("objection", town.today).inputs
    answers = stock(form, town.law.pack_on(town.today), town.today) | {"ground": "wrong_amount"}
    assert visitor.post(f"{draft_page}/answers", answers).status_code == 303
    visitor.upload(f"{draft_page}/materials", "evidence", ("evidence.png", png()))
    assert visitor.post(f"{draft_page}/check").status_code == 422
    assert "还没有签署信用承诺" in visitor.text
    page = visitor.get(f"{draft_page}/commitment")
    assert "不以虚假材料或者隐瞒事实的方式提出异议" in page
    assert "公开" not in page[page.index("<main") : page.index("<footer")]  # only the one of a repair is published
    signing = {"agree": "yes", "version": "2026-04"}
    assert visitor.post(f"{draft_page}/commitment", signing).status_code == 422
    assert "请填写签署人的姓名" in visitor.text
    assert visitor.post(f"{draft_page}/commitment", signing | {"commitment_signed_by": "宋远山"}).status_code == 303
    answer = visitor.post(f"{draft_page}/check")
    assert answer.status_code == 303, visitor.text
    assert "YY-2026-000001" in visitor.get(str(answer.location))
    town.do("YY-2026-000001", "accept")
    town.sound()


def test_pressing_twice_gives_the_same_case(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.fill(draft_page)
    visitor.get(f"{draft_page}/check")
    first, second = (visitor.post(f"{draft_page}/check") for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(town, cases) == 1
    assert "已经收到您的申请" in visitor.get(f"{draft_page}/answers")  # the draft leads to the receipt


@pytest.mark.both_databases
def test_presses_at_once_give_one_case(app: Flask, town: Town) -> None:
    visitor = Visitor(app, town, "yunxi")
    draft_page = visitor.begin(town.record())
    visitor.fill(draft_page)
    visitor.get(f"{draft_page}/check")
    others = [Visitor(app, town, "yunxi") for _ in range(4)]
    for other in others:
        other.get(f"{draft_page}/check")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda v: v.post(f"{draft_page}/check"), others))
    assert {a.status_code for a in answers} == {303}
    assert len({a.location for a in answers}) == 1
    assert count(town, cases) == 1


def test_bad_answers_are_named_at_their_fields_and_kept(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.get(f"{draft_page}/answers")
    answer = visitor.post(f"{draft_page}/answers", {"performed_on": "昨天", "correction": "  "})
    assert answer.status_code == 422
    assert 'href="#performed_on"' in visitor.text
    assert 'href="#correction"' in visitor.text
    assert visitor.post(f"{draft_page}/answers", {"performed_on": "", "correction": "先存下"}).status_code == 422
    assert "先存下" in visitor.get(f"{draft_page}/answers")


PDF_CUT = b"%PDF-1.7\n1 0 obj\n<<"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.png", b"", "文件是空的"),
        ("程序.exe", b"MZ" + b"\0" * 100, "只接受 PDF、JPEG、PNG"),
        ("断.pdf", PDF_CUT, "不完整"),
        ("断.png", png()[:44], "不完整或者已损坏"),
        ("大.png", png() + b"\0" * (20 << 20), "超过 20 MB"),
    ],
    ids=["empty", "type", "cut PDF", "cut picture", "large"],
)
def test_a_bad_file_is_refused_in_words_and_good_ones_stay(
    visitor: Visitor, town: Town, name: str, content: bytes, said: str
) -> None:
    draft_page = visitor.begin(town.record())
    visitor.get(f"{draft_page}/materials")
    answer = visitor.upload(f"{draft_page}/materials", "performance_proof", ("好.png", png()), (name, content))
    assert answer.status_code == 422
    assert f"{name}：" in visitor.text
    assert said in visitor.text
    assert "好.png" in visitor.get(f"{draft_page}/materials")
    assert count(town, material) == 1


def test_no_file_chosen_is_said(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.get(f"{draft_page}/materials")
    assert visitor.post(f"{draft_page}/materials", {"kind": "performance_proof"}).status_code == 422
    assert "请先选择文件" in visitor.text


def test_the_same_file_twice_is_kept_once_and_can_be_removed(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.get(f"{draft_page}/materials")
    for _ in range(2):
        assert visitor.upload(f"{draft_page}/materials", "performance_proof", ("证明.png", png())).status_code == 303
    token = town.one(select(material)).token
    assert visitor.post(f"{draft_page}/materials/{token}/remove").status_code == 303
    assert count(town, material) == 0
    visitor.get(f"{draft_page}/materials")
    assert visitor.post(f"{draft_page}/materials/done").status_code == 422
    assert "请上传“履行义务、纠正行为的证明”" in visitor.text


def test_an_agent_must_bring_a_mandate_and_a_representative_need_not(app: Flask, town: Town) -> None:
    number = town.record()
    agent = Visitor(app, town, "yunxi's agent")
    draft_page = agent.begin(number)
    agent.fill(draft_page)
    assert agent.post(f"{draft_page}/materials/done").status_code == 422
    assert "请上传“授权委托书”" in agent.text
    assert "授权委托书" not in Visitor(app, town, "yunxi").get(f"/my/file/repair/{number}")
    agent.upload(f"{draft_page}/materials", "mandate", ("授权委托书甲.png", png()))
    assert agent.post(f"{draft_page}/check").status_code == 303
    again = agent.begin(town.record())  # the mandate is registered: the paper of the last filing stands in the next one
    assert "已上传：授权委托书" in agent.get(f"{again}/materials")
    case_form = agent.get(f"/my/ask/commitment/{make_uscc('320830', COMPANIES[0][2])}")
    assert "沿用上次提交的授权委托书：授权委托书甲.png" in case_form


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"commitment_signed_by": "宋远山", "version": "2026-04"}, "请阅读全文并勾选同意"),
        ({"agree": "yes", "commitment_signed_by": " ", "version": "2026-04"}, "请填写“信用承诺签署人”"),
        (
            {"agree": "yes", "commitment_signed_by": "林一鸣", "version": "2026-04"},
            "须由登录的本人签署，请填写“宋远山”",
        ),
        ({"agree": "yes", "commitment_signed_by": "宋远山", "version": "2020-01"}, "承诺书已经更新"),
    ],
)
def test_a_commitment_is_read_agreed_to_and_signed(
    visitor: Visitor, town: Town, form: dict[str, str], said: str
) -> None:
    draft_page = visitor.begin(town.record())
    page = visitor.get(f"{draft_page}/commitment")
    assert "本单位郑重承诺" in page
    assert visitor.post(f"{draft_page}/commitment", form).status_code == 422
    assert said in visitor.text


def test_a_name_without_the_tick_is_no_signature(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.fill(draft_page)
    visitor.get(f"{draft_page}/commitment")
    visitor.post(f"{draft_page}/commitment", {"commitment_signed_by": "宋远山", "version": "2026-04"})
    assert visitor.post(f"{draft_page}/check").status_code == 422
    assert "还没有签署信用承诺" in visitor.text
    assert count(town, cases) == 0


def test_everything_that_is_missing_is_said_together_and_nothing_is_lost(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.get(f"{draft_page}/answers")
    visitor.post(f"{draft_page}/answers", {"performed_on": "2026-02-01", "correction": "已整改。"})
    assert visitor.post(f"{draft_page}/check").status_code == 422
    for said in (
        "还没有上传“履行义务、纠正行为的证明”",
        "还没有签署信用承诺",
        "已整改。",
        'href="#materials"',
        'href="#commitment"',
    ):
        assert said in visitor.text
    assert count(town, cases) == 0


def test_what_the_law_refuses_is_said_with_every_reason(app: Flask, town: Town, clock: Clock) -> None:
    number = town.record()
    visitor = Visitor(app, town, "yunxi")
    draft_page = visitor.begin(number)
    visitor.fill(draft_page)
    rival = town.file("repair", number)  # by the API, say
    visitor.get(f"{draft_page}/check")
    assert visitor.post(f"{draft_page}/check").status_code == 422
    assert f"同一信息的申请正在办理：{rival}" in visitor.text
    assert "缴款凭证.png" in visitor.text
    assert "还没有提交的申请" in visitor.get("/my/cases")


def test_a_draft_survives_and_belongs_to_one_person(app: Flask, town: Town, clock: Clock) -> None:
    number = town.record()
    visitor = Visitor(app, town, "yunxi")
    draft_page = visitor.begin(number)
    assert visitor.begin(number) == draft_page
    visitor.fill(draft_page)
    clock.travel(timedelta(days=3))
    again = Visitor(app, town, "yunxi")
    assert "继续申请修复" in again.get("/my/credit-file")
    assert "核对并提交" in again.get(draft_page)  # to the first page that lacks something: none does
    stranger = Visitor(app, town, "yunxi's agent")
    for page in ("", "/answers", "/materials", "/commitment", "/check"):
        stranger.get(f"{draft_page}{page}", 404)
    assert stranger.post(f"{draft_page}/check").status_code == 404
    assert stranger.post(f"{draft_page}/discard", {"confirmed": "yes"}).status_code == 404


def test_a_draft_is_thrown_away_after_a_question(visitor: Visitor, town: Town) -> None:
    draft_page = visitor.begin(town.record())
    visitor.fill(draft_page)
    visitor.get(f"{draft_page}/check")
    assert visitor.post(f"{draft_page}/discard", {"confirmed": ""}).status_code == 200
    assert "不能恢复" in visitor.text
    assert visitor.post(f"{draft_page}/discard", {"confirmed": "yes"}).status_code == 303
    assert (count(town, draft), count(town, material)) == (0, 0)
    visitor.get(draft_page, 404)


def test_reading_writes_nothing(visitor: Visitor, town: Town) -> None:
    number = town.record(date(2026, 1, 5))
    draft_page = visitor.begin(number)
    case = town.file_objection()
    before = town.counts()
    for path in (
        "/my/credit-file", f"/my/records/{number}", f"/my/file/repair/{number}", draft_page, f"{draft_page}/answers",
        f"{draft_page}/materials", f"{draft_page}/commitment", f"{draft_page}/check", "/my/cases", f"/my/cases/{case}",
        f"/my/cases/{case}/receipt", f"/my/cases/{case}/step/withdraw", "/my/inbox",
    ):  # fmt: skip
        visitor.get(path)
    assert town.counts() == before
