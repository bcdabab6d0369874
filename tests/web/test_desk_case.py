"""One case at the desk: what the page says, and how a form becomes a step or comes back with everything still in it."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, select

from repairflow.casework.changes import ClaimCase, EnterAbsence
from repairflow.records import letter, material, person, role_grant
from tests.casework.test_assignment import send
from tests.conftest import Clock
from tests.law_stories.chaining import opened, uscc
from tests.support.building import Town, png
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def at_review(town: Town) -> str:
    """A repair that waits for the reviewer."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    return case


def test_the_page_tells_all_that_is_known(app: Flask, town: Town) -> None:
    case = at_review(town)
    page = Officer(app, town, "reviewer@ENV").get(f"/desk/cases/{case}")
    for words in (
        case, "云溪环保科技有限公司", "2026-04 版程序", "修复条件", "最短公示期已满", "已核对", "核查人 examiner@ENV",
        "拟准予修复", "申请人的陈述", "已经缴清罚款并完成整改。", "证明.png", "失信信息", "超标排放水污染物", "期限计算说明",
        "信用修复受理通知书", "办理留痕", "依据和核对", "流程图",
    ):  # fmt: skip
        assert words in page, words
    waiting = re.search(
        "现在没有需要您办理的步骤，等待(.+?)办理。", Officer(app, town, "examiner@ENV").get(f"/desk/cases/{case}")
    )
    assert waiting is not None
    assert len(set(waiting[1].split("、"))) == len(waiting[1].split("、")), "each post is named once"
    assert "<svg" in page
    assert "style=" not in page.replace("http-equiv", "")  # the policy would drop it


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("reviewer@ENV", 200), ("acceptor@ENV", 200), ("supervisor@CREDIT", 200), ("auditor@CREDIT", 200),
        ("reviewer@MARKET", 404), ("yunxi", 403),
    ],
)  # fmt: skip
def test_who_sees_it(app: Flask, town: Town, who: str, status: int) -> None:
    case = at_review(town)
    officer = Officer(app, town, who)
    officer.get(f"/desk/cases/{case}", status)
    officer.get("/desk/cases/XF-2026-999999", 404 if status != 403 else 403)


def test_a_limit_says_no_more_than_it_has(app: Flask, town: Town) -> None:
    """The day of an interview is a limit without a length: its line does not begin with a point."""
    case = opened(town, "interview", kind="reminder", subject=uscc("yunxi"))
    town.do(case, "approve")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-16T09:30"})
    page = Officer(app, town, "examiner@ENV").get(f"/desk/cases/{case}")
    lines = re.findall(r'<div class="desk-limit.*?<div class="rf-eyebrow">(.*?)</div>', page, re.DOTALL)
    assert lines
    assert [one for one in lines if one.strip().startswith("·") or "·  ·" in one] == []


def test_who_is_away_is_said_where_a_case_is_handed_over(app: Flask, town: Town) -> None:
    case = town.file_repair()
    send(town, ClaimCase(town.actor("acceptor@ENV"), case))
    away = EnterAbsence(town.actor("acceptor@ENV"), "acceptor@ENV", town.today, town.today + timedelta(days=2), "")
    head = Officer(app, town, "head@ENV")
    assert "请假至" not in head.get(f"/desk/cases/{case}")
    send(town, away)
    assert "请假至2026年6月12日" in head.get(f"/desk/cases/{case}")


def test_a_form_becomes_a_step(app: Flask, town: Town) -> None:
    case = at_review(town)
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    answer = officer.act(case, "propose_grant", {"reason": "符合修复条件。"})
    assert (answer.status_code, answer.location) == (303, f"/desk/cases/{case}")
    assert "已办理：拟准予修复。办件现为“待决定”。" in officer.get(f"/desk/cases/{case}")
    assert town.case(case).state == "deciding"


def test_a_double_press_does_one_thing(app: Flask, town: Town) -> None:
    case = at_review(town)
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    form = {**officer.form("propose_grant"), "reason": "符合修复条件。"}
    for _ in range(2):
        assert officer.post(f"/desk/cases/{case}/actions/propose_grant", form).status_code == 303
    assert "此前已经办理，没有重复办理" in officer.get(f"/desk/cases/{case}")
    assert [row.action for row in town.trail(case)].count("propose_grant") == 1


def test_two_reviewers_at_once(app: Flask, town: Town) -> None:
    """The quicker one wins; the other sees what changed, and still has what he typed."""
    case = at_review(town)
    with town.db.begin() as tx:
        second = _second_reviewer(town, tx)
    quick, slow = Officer(app, town, "reviewer@ENV"), Officer(app, town, second)
    for officer in (quick, slow):
        officer.get(f"/desk/cases/{case}")
    assert quick.act(case, "return_to_verification", {"reason": "请补充现场照片。"}).status_code == 303
    late = slow.act(case, "propose_grant", {"reason": "我看可以准予。"})
    assert late.status_code == 409
    assert "您填写期间，办件已由他人办理" in slow.text
    assert "退回核查" in slow.text
    assert "请补充现场照片。" in slow.text
    assert "我看可以准予。" in slow.text
    assert town.case(case).state == "verifying"


def test_the_late_form_goes_on_where_the_case_stands(app: Flask, town: Town) -> None:
    case = at_review(town)
    head, reviewer = Officer(app, town, "head@ENV"), Officer(app, town, "reviewer@ENV")
    for officer in (head, reviewer):
        officer.get(f"/desk/cases/{case}")
    old = reviewer.form("propose_grant")
    assert head.act(case, "extend_handling", {"reason": "案情复杂。"}).status_code == 303
    assert reviewer.act(case, "propose_grant", {"reason": "符合条件。"}).status_code == 409
    again = reviewer.form("propose_grant")
    assert again["reason"] == "符合条件。"
    assert again["expected_version"] == str(town.case(case).version)
    assert again["command_id"] != old["command_id"]
    assert reviewer.act(case, "propose_grant").status_code == 303


@pytest.mark.both_databases
def test_eight_at_once_one_wins(app: Flask, town: Town) -> None:
    case = at_review(town)
    officers = [Officer(app, town, "reviewer@ENV") for _ in range(8)]
    for officer in officers:
        officer.get(f"/desk/cases/{case}")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda o: o.act(case, "propose_grant", {"reason": "同意。"}).status_code, officers))
    assert sorted(answers) == [303] + [409] * 7
    assert [row.action for row in town.trail(case)].count("propose_grant") == 1


def test_all_refusals_come_together_and_nothing_typed_is_lost(app: Flask, town: Town) -> None:
    """Conditions said not to be met and a record too young: both are told, each once, with its basis."""
    case = town.file_repair()
    town.do(case, "accept")
    officer = Officer(app, town, "examiner@ENV")
    officer.get(f"/desk/cases/{case}")
    data = {f"conditions.{c}.met": "yes" for c in ("minimum_period", "commitment", "other_law")}
    data |= {"conditions.performed.met": "no", "conditions.performed.note": "", "reason": "现场核查过。"}
    answer = officer.act(case, "report_verification", data)
    assert answer.status_code == 422
    assert "没有办理，请按提示处理" in officer.text
    assert "不具备的，须说明情况" in officer.text
    form = officer.form("report_verification")
    assert form["conditions.performed.met"] == "no"
    assert form["conditions.commitment.met"] == "yes"
    assert form["reason"] == "现场核查过。"
    assert town.case(case).state == "verifying"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"reason": ""}, "请填写拟准予修复的理由"),
        ({"reason": "字" * 2001}, "不能超过 2000 字"),
        ({"reason": "好", "extra": "1"}, "此步骤没有这一项"),
        ({"reason": "好", "ground": "identity"}, "此步骤没有事由清单"),
    ],
)
def test_bad_forms_are_told_and_change_nothing(app: Flask, town: Town, data: dict[str, str], words: str) -> None:
    case = at_review(town)
    before = town.counts()
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "propose_grant", data).status_code == 422
    assert words in officer.text
    assert town.counts() == {**before, "web_session": before["web_session"] + 1}


@pytest.mark.parametrize("missing", ["command_id", "expected_version"])
def test_a_form_of_somebody_elses_making(app: Flask, town: Town, missing: str) -> None:
    case = at_review(town)
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "propose_grant", {"reason": "好", missing: "x"}).status_code == 422
    assert town.case(case).state == "reviewing"


@pytest.mark.parametrize(
    ("who", "action", "status"),
    [
        ("acceptor@ENV", "propose_grant", 403),
        ("reviewer@MARKET", "propose_grant", 404),
        ("auditor@CREDIT", "propose_grant", 403),
        ("reviewer@ENV", "fly", 404),
    ],
)
def test_who_may_not(app: Flask, town: Town, who: str, action: str, status: int) -> None:
    case = at_review(town)
    officer = Officer(app, town, who)
    officer.get("/desk/cases")
    form = {"command_id": "forged-command", "expected_version": str(town.case(case).version), "reason": "好"}
    assert officer.post(f"/desk/cases/{case}/actions/{action}", form).status_code == status
    assert town.case(case).state == "reviewing"


def test_the_wrong_state_is_refused_with_words(app: Flask, town: Town) -> None:
    case = town.file_repair()
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    form = {"command_id": "forged-command", "expected_version": str(town.case(case).version), "reason": "好"}
    assert officer.post(f"/desk/cases/{case}/actions/propose_grant", form).status_code == 422
    assert "办件处于“待受理”，不能拟准予修复" in officer.text
    assert "好" in officer.text  # what was typed, to copy


def test_four_eyes_disable_the_form_and_say_why(app: Flask, town: Town) -> None:
    case = at_review(town)
    with town.db.begin() as tx:
        _also(town, tx, "reviewer@ENV", "decider")
    town.do(case, "propose_grant")
    officer = Officer(app, town, "reviewer@ENV")
    page = officer.get(f"/desk/cases/{case}")
    assert "“拟准予修复”是您办理的，“准予修复”须由另一人办理" in page
    assert 'id="act-grant"' not in page
    form = {"command_id": "forged-command", "expected_version": str(town.case(case).version), "reason": "好"}
    assert officer.post(f"/desk/cases/{case}/actions/grant", form).status_code == 422
    assert town.case(case).state == "deciding"


def test_a_decision_with_a_letter_is_asked_about_before_it_is_sealed(app: Flask, town: Town) -> None:
    case = at_review(town)
    town.do(case, "propose_grant")
    officer = Officer(app, town, "decider@ENV")
    officer.get(f"/desk/cases/{case}")
    answer = officer.act(case, "grant", {"reason": "同意。"})
    assert (answer.status_code, town.case(case).state) == (200, "deciding")
    assert "请确认：" in officer.text
    assert "<dt>信用主体</dt><dd>云溪环保科技有限公司" in officer.text  # whose case it is stands before the letter
    assert "<dt>决定书文号</dt><dd>溪罚〔2026〕1号" in officer.text
    assert "办件将转入“同步中”" in officer.text  # it ends when all platforms have answered
    assert "就此办结" not in officer.text
    assert "制发后立即告知当事人，不能撤回" in officer.text  # it changes the record
    assert "准予" in officer.text.split("desk-letter", 1)[1]  # the letter as it will be
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', officer.page.text))
    assert officer.post(f"/desk/cases/{case}/actions/grant", {**kept, "confirmed": "yes"}).status_code == 303
    assert town.case(case).state != "deciding"


@pytest.mark.parametrize(("proposed", "unfolded"), [("propose_grant", "grant"), ("propose_denial", "deny")])
def test_the_next_case_is_decided_as_proposed_in_three_presses(
    app: Flask, town: Town, proposed: str, unfolded: str
) -> None:
    """办理 in the queue, the button of the form that stands open, and the confirmation."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", proposed)
    officer = Officer(app, town, "decider@ENV")
    (link,) = set(re.findall(rf'href="([^"]*/desk/cases/{case}[^"]*)"', officer.get("/desk/")))  # 1
    page = officer.get(unescape(link))
    assert re.findall(r'<details class="rf-act"[^>]*id="act-([a-z_]+)" open', page) == [unfolded]
    given = {"ground": "duty_unperformed"} if unfolded == "deny" else {}
    officer.act(case, unfolded, {"reason": "已复核，依据充分。", **given})  # 2
    assert "请确认：" in officer.text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', officer.page.text))
    done = officer.post(f"/desk/cases/{case}/actions/{unfolded}", {**kept, "confirmed": "yes"})  # 3
    assert (done.status_code, town.case(case).state != "deciding") == (303, True)


def test_nothing_is_unfolded_where_nothing_was_proposed(app: Flask, town: Town) -> None:
    case = at_review(town)
    page = Officer(app, town, "reviewer@ENV").get(f"/desk/cases/{case}")
    assert re.findall(r'<details class="rf-act"[^>]*id="act-([a-z_]+)" open', page) == []


def test_a_step_against_the_subject_is_asked_about_on_a_page_of_its_own(app: Flask, town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial")
    officer = Officer(app, town, "decider@ENV")
    officer.get(f"/desk/cases/{case}")
    officer.act(case, "deny", {"ground": "duty_unperformed", "reason": " 已核对！"})
    assert "补充说明与核查意见一字不差" in officer.text  # the letter says it once
    officer.get(f"/desk/cases/{case}")
    answer = officer.act(case, "deny", {"ground": "duty_unperformed", "reason": "尚欠罚款。"})
    assert answer.status_code == 200
    assert "请确认：不予修复" in officer.text
    assert "你单位属于“义务未全部履行”的情形" in officer.text  # the letter as it will be
    assert "尚欠罚款。" in officer.text
    assert "一字不差" not in officer.text
    assert "送达以前可以在办件页写明理由撤回，送达以后不能撤回" in officer.text
    assert town.case(case).state == "deciding"
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', officer.page.text))
    revised = officer.post(f"/desk/cases/{case}/actions/deny/revise", kept)
    assert revised.status_code == 200
    assert officer.form("deny")["reason"] == "尚欠罚款。"
    assert officer.form("deny")["ground"] == "duty_unperformed"
    assert officer.post(f"/desk/cases/{case}/actions/deny", {**kept, "confirmed": "yes"}).status_code == 303
    assert town.case(case).state == "denied"


def test_the_form_of_a_decision_asks_for_the_answer_to_a_plea_that_was_made(app: Flask, town: Town) -> None:
    plain, heard = town.file_repair(), town.file_repair()
    for case in (plain, heard):
        town.steps(case, "accept")
        town.do(case, "report_verification", inputs={"conditions": town.unmet(case)})
    town.steps(heard, "serve_notice", "state_defence")
    officer = Officer(app, town, "decider@ENV")
    for case, asked in ((plain, False), (heard, True)):
        town.do(case, "propose_denial")
        assert ("对陈述、申辩的答复" in officer.get(f"/desk/cases/{case}")) is asked
    assert officer.act(heard, "deny", {"ground": "duty_unperformed", "reason": "尚欠罚款。"}).status_code == 422
    assert "请填写“对陈述、申辩的答复”" in officer.text
    assert "尚欠罚款。" in officer.text
    assert town.case(heard).state == "deciding"
    answer = {"ground": "duty_unperformed", "plea_answer": "not_adopted", "plea_reason": "尚欠罚款一万元"}
    assert officer.act(heard, "deny", answer).status_code == 200
    assert "经复核，尚欠罚款一万元，对你单位的上述意见不予采纳。" in officer.text


def test_a_ground_the_findings_contradict_is_named_so_and_refused(app: Flask, town: Town) -> None:
    case = at_review(town)  # everything was found met
    town.do(case, "propose_denial")
    officer = Officer(app, town, "decider@ENV")
    officer.get(f"/desk/cases/{case}")
    assert "义务未全部履行（与核查意见不符）" in officer.text
    assert "提供虚假材料（与核查意见不符）" not in officer.text
    assert "不符合“行为已纠正、义务已全部履行”的条件；核查意见认定为符合，不能选用。" in officer.text
    answer = officer.act(case, "deny", {"ground": "duty_unperformed", "reason": "尚欠罚款。"})
    assert answer.status_code == 422  # at once, before anybody is asked to confirm
    assert "请选择与核查意见一致的事由，核查有误的，先退回重新核查" in officer.text
    assert officer.form("deny")["reason"] == "尚欠罚款。"
    assert town.case(case).state == "deciding"


def test_a_denial_without_ground_is_not_asked_about_but_refused(app: Flask, town: Town) -> None:
    case = at_review(town)
    town.do(case, "propose_denial")
    officer = Officer(app, town, "decider@ENV")
    officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "deny", {"reason": "尚欠罚款。"}).status_code == 422
    assert "请从清单中选择不予修复的事由" in officer.text


def test_a_preview_is_the_letter_and_writes_nothing(app: Flask, town: Town) -> None:
    """Its words are those of the letter issued afterwards, which draws the first number."""
    case = at_review(town)
    town.do(case, "propose_grant")
    officer = Officer(app, town, "decider@ENV")
    officer.get(f"/desk/cases/{case}")
    form = {**officer.form("grant"), "reason": "符合条件，准予修复。"}
    before = town.counts()
    shown = officer.client.post(f"/desk/cases/{case}/actions/grant/preview", data=form | {"csrf_token": _csrf(officer)})
    assert shown.status_code == 200
    assert town.counts() == before
    officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "grant", {"reason": "符合条件，准予修复。", "confirmed": "yes"}).status_code == 303
    row = town.one(letter.select().where(letter.c.kind == "repair_granted"))
    assert "〔2026〕1号" in row.number
    for paragraph in row.content["paragraphs"]:
        assert all(part in shown.text for part in paragraph["text"].split("\t")), paragraph


def test_a_preview_names_what_is_missing(app: Flask, town: Town) -> None:
    case = town.file_repair()
    officer = Officer(app, town, "acceptor@ENV")
    officer.get(f"/desk/cases/{case}")
    form = {**officer.form("request_supplement"), "csrf_token": _csrf(officer)}
    shown = officer.client.post(f"/desk/cases/{case}/actions/request_supplement/preview", data=form)
    assert "还不能预览" in shown.text
    assert "需要补正的全部内容" in shown.text


def test_an_upload_survives_a_refused_form(app: Flask, town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    officer = Officer(app, town, "provider@ENV")
    officer.get(f"/desk/cases/{case}")
    data = {"finding": "accurate", "reason": "", "proof": (io.BytesIO(png()), "核查函.png")}
    sent = officer.act(case, "report_finding", data, content_type="multipart/form-data")
    assert sent.status_code == 422
    assert "已收到“核查函.png”，不必重传" in officer.text
    assert "请填写反馈核查意见的理由" in officer.text
    again = officer.form("report_finding")
    assert again["finding"] == "accurate"
    assert officer.act(case, "report_finding", {"reason": "与存档一致。"}).status_code == 303
    page = officer.get(f"/desk/cases/{case}")
    assert "核查函.png" in page
    assert "核查材料（签章）" in page
    assert town.case(case).state == "deciding"


def signing(town: Town) -> str:
    """An interview whose record waits for its signed copy: the step brings a material its form does not ask by name."""
    case = opened(town, "interview", kind="reminder")
    town.do(case, "approve")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-16T09:30"})
    town.at(date(2026, 6, 16), time(9, 40))
    town.do(case, "record_meeting")
    return case


def test_a_step_that_must_bring_material_has_a_place_for_it(app: Flask, town: Town, clock: Clock) -> None:
    case = signing(town)
    clock.travel(timedelta(days=6))
    officer = Officer(app, town, "examiner@ENV")
    page = officer.get(f"/desk/cases/{case}")
    assert "签字的约谈记录（扫描件）" in page
    assert officer.act(case, "sign_record").status_code == 422
    assert "请上传" in officer.text
    scan = {"beside-signed_record": (io.BytesIO(png()), "签字页.png"), "term": "99"}
    assert officer.act(case, "sign_record", scan, content_type="multipart/form-data").status_code == 422
    assert "已收到“签字页.png”，不必重传" in officer.text
    assert officer.act(case, "sign_record", {"term": ""}).status_code == 303
    assert "签字页.png" in officer.get(f"/desk/cases/{case}")
    assert town.one(select(material)).kind == "signed_record"
    assert town.case(case).state == "rectifying"


def test_a_step_is_not_asked_for_what_the_filing_brought(app: Flask, town: Town) -> None:
    """A remedy was filed with its notice; its outcome needs the decision, and the browser insists on it."""
    denied = town.file_repair()
    town.steps(denied, "accept", "report_verification", "propose_denial", "deny")
    acceptor = town.actor("acceptor@ENV")
    case = town.file("remedy", None, who=acceptor, case=denied, kind="litigation", kinds=("acceptance_document",))
    page = Officer(app, town, "examiner@ENV").get(f"/desk/cases/{case}")
    assert "beside-acceptance_document" not in page
    (field,) = re.findall(r'<input[^>]*name="beside-outcome_document"[^>]*>', page)
    assert " required" in field


def test_a_material_of_no_known_kind_is_refused(app: Flask, town: Town, clock: Clock) -> None:
    case = signing(town)
    clock.travel(timedelta(days=6))
    officer = Officer(app, town, "examiner@ENV")
    officer.get(f"/desk/cases/{case}")
    for name in ("beside-shoes", "shoes", "beside-"):
        foreign = {name: (io.BytesIO(png()), "其他.png")}
        assert officer.act(case, "sign_record", foreign, content_type="multipart/form-data").status_code == 422
        assert "此步骤没有这一项" in officer.text
    assert not town.all(select(material))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空"), (b"MZ not a picture", "格式"), (png()[:40], "损坏")],
    ids=["empty", "type", "cut"],
)
def test_a_bad_upload_is_named(app: Flask, town: Town, content: bytes, words: str) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    officer = Officer(app, town, "provider@ENV")
    officer.get(f"/desk/cases/{case}")
    data = {"finding": "accurate", "reason": "与存档一致。", "proof": (io.BytesIO(content), "核查函.png")}
    assert officer.act(case, "report_finding", data, content_type="multipart/form-data").status_code == 422
    assert "核查函.png" in officer.text
    assert words in officer.text
    assert officer.form("report_finding")["reason"] == "与存档一致。"


def test_corrections_show_what_the_record_says_now(app: Flask, town: Town) -> None:
    case = town.file_objection(town.record(fine="3"))
    town.steps(case, "accept", "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    officer = Officer(app, town, "decider@CREDIT")
    assert "现为：3" in officer.get(f"/desk/cases/{case}")
    assert officer.act(case, "uphold_correct", {"reason": "应为 2 万元。"}).status_code == 422
    assert "请至少填写一项更正" in officer.text
    data = {"reason": "应为 2 万元。", "corrections.fine_wan": "2", "confirmed": "yes"}
    assert officer.act(case, "uphold_correct", data).status_code == 303
    assert "罚款金额（万元）" in officer.get(f"/desk/cases/{case}")


def test_what_is_typed_is_text(app: Flask, town: Town) -> None:
    case = at_review(town)
    officer = Officer(app, town, "reviewer@ENV")
    officer.get(f"/desk/cases/{case}")
    hostile = "<script>alert(1)</script>\"'{{7*7}}"
    assert officer.act(case, "propose_grant", {"reason": hostile}).status_code == 303
    page = officer.client.get(f"/desk/cases/{case}").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_pushes_are_shown_by_target(app: Flask, town: Town) -> None:
    case = at_review(town)
    town.steps(case, "propose_grant", "grant")
    page = Officer(app, town, "supervisor@CREDIT").get(f"/desk/cases/{case}")
    assert "推送状态" in page
    assert "等待推送" in page
    assert "信息变更、修复结果" in page
    assert "重新推送或者取消推送" in page


def test_a_closed_case_asks_for_nothing(app: Flask, town: Town) -> None:
    case = town.file_repair()
    town.do(case, "withdraw")
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/cases/{case}")
    assert "此办件已经办结，结果为“已撤回”" in page
    assert "rf-act" not in page


def test_an_escalation_stands_in_the_trail(app: Flask, town: Town, clock: Clock) -> None:
    case = town.file_repair()
    town.now = clock.travel(timedelta(days=12))
    town.sweep()
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/cases/{case}")
    assert "督办" in page
    assert "超期" in page


def _csrf(officer: Officer) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', officer.page.text)
    assert found
    return found.group(1)


def _second_reviewer(town: Town, tx: Connection) -> str:
    key = tx.execute(
        insert(person).values(login="second", name="周予安", kind="staff", sample=True).returning(person.c.id)
    ).scalar_one()
    tx.execute(insert(role_grant).values(person_id=key, role="reviewer", office_id=town.offices["ENV"]))
    town.people["second"] = key
    return "second"


def _also(town: Town, tx: Connection, name: str, role: str) -> None:
    tx.execute(insert(role_grant).values(person_id=town.people[name], role=role, office_id=town.offices["ENV"]))


def test_the_way_forward_comes_first_and_shows_what_it_demands(app: Flask, town: Town) -> None:
    case = town.file_repair()
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/cases/{case}")
    offered = re.findall(r'id="act-([a-z_]+)"', page)
    assert offered[0] == "accept"
    assert "“受理”须满足" in page
    assert "“一次性告知补正”须满足" not in page


def test_a_target_to_waive_is_chosen_by_name(app: Flask, town: Town) -> None:
    case = at_review(town)
    town.steps(case, "propose_grant", "grant")
    page = Officer(app, town, "supervisor@CREDIT").get(f"/desk/cases/{case}")
    assert re.findall(r'name="target" id="[^"]+" value="([^"]+)"', page) == ["site", "province"]


@pytest.mark.parametrize(("steps", "shown", "folded"), [
    (("accept",), 2, 0), (("accept", "report_verification", "propose_grant", "grant"), 3, 2),
    (("accept", "report_verification", "propose_denial", "deny"), 2, 0),
])  # fmt: skip
def test_limits_that_ended_stand_folded_behind_those_that_run(
    app: Flask, town: Town, steps: tuple[str, ...], shown: int, folded: int
) -> None:
    """One that ended, or a closed case's, stands open: there is nothing that it hides."""
    case = town.file_repair()
    town.steps(case, *steps)
    page = Officer(app, town, "supervisor@CREDIT").get(f"/desk/cases/{case}")
    found = re.findall(r"已结束的期限（(\d+)）", page)
    assert found == ([str(folded)] if folded else [])
    limits = page[page.index('id="h-limits"') :]
    assert limits.count('class="desk-limit') == shown
