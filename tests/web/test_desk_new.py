"""新建办件 at the desk: who may begin what, how it is found, and a form that loses nothing on its way to the case."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.casework.cases import tracking_code
from repairflow.law.identifiers import make_uscc
from repairflow.records import cases, material, office, role_grant, sealed_input
from tests.support.building import COMPANIES, Town, png
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

USCC = make_uscc("320830", COMPANIES[0][2])


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def newest(town: Town) -> Any:
    return town.all(select(cases).order_by(cases.c.id))[-1]


def hidden(officer: Officer) -> dict[str, Any]:
    """What the page last seen carries on: hidden fields and files still ticked."""
    main = officer.page.text[officer.page.text.index("<main") :]
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main):
        if name == "materials":
            found.setdefault(name, []).append(unescape(value))
        elif name != "csrf_token":
            found[name] = unescape(value)
    kept = re.findall(r'name="materials" value="([^"]+)"[^>]*checked', main)
    return found | ({"materials": kept} if kept else {})


def fill(officer: Officer, path: str, data: dict[str, Any], step: str = "check", status: int = 200) -> str:
    """The form at `path` (or as it came back) sent with `data`."""
    answer = officer.post(path, {**hidden(officer), **data, "step": step}, content_type="multipart/form-data")
    assert answer.status_code == status, officer.text[:1500]
    return officer.text


@pytest.mark.parametrize(
    ("who", "offered", "not_offered"),
    [
        ("acceptor@ENV", ["窗口代办", "信用修复", "信用承诺", "复核"], ["举报", "限期整改", "失信约谈"]),
        ("examiner@ENV", ["依职权启动", "限期整改", "失信约谈", "列入名单", "撤销信用修复"], ["窗口代办", "投诉"]),
        ("registrar@CREDIT", ["窗口代办", "举报", "投诉", "异议处理"], ["依职权启动", "列入名单"]),
        ("reviewer@ENV", ["您的岗位不能新建办件"], ["窗口代办", "依职权启动"]),
    ],
)
def test_what_an_officer_may_begin(
    app: Flask, town: Town, who: str, offered: list[str], not_offered: list[str]
) -> None:
    officer = Officer(app, town, who)
    page = officer.get("/desk/new")
    main = page[page.index("<main") : page.index("<footer")]
    assert [word for word in offered if word not in main] == []
    assert [word for word in not_offered if word in main] == []
    assert ("新建办件" in officer.get("/desk/")) is (who != "reviewer@ENV")
    assert [word for word in ("期满移出", "期满退出") if word in main] == []  # the system's alone


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("reviewer@ENV", f"/desk/new/ex_officio/rectification/{USCC}"),
        ("examiner@ENV", f"/desk/new/window/rectification/{USCC}"),
        ("examiner@ENV", "/desk/new/ex_officio/rectification/91320830MA1X2Y3T00"),
        ("examiner@ENV", "/desk/new/ex_officio/nothing/x"),
        ("acceptor@ENV", "/desk/new/window/record/x"),
        ("acceptor@ENV", "/desk/new/window/correction/x"),
    ],
)
def test_what_is_not_there_for_somebody(app: Flask, town: Town, who: str, path: str) -> None:
    Officer(app, town, who).get(path, 404)


def test_an_officer_begins_a_rectification(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "examiner@ENV")
    page = officer.get("/desk/new/ex_officio/rectification?q=云溪环保")
    assert f"/desk/new/ex_officio/rectification/{USCC}" in page
    path = f"/desk/new/ex_officio/rectification/{USCC}"
    assert "整改证明材料" not in officer.get(path)  # nobody has rectified anything yet
    assert "签字的约谈记录" not in officer.get(f"/desk/new/ex_officio/interview/{USCC}")
    officer.get(path)
    page = fill(officer, path, {"in.facts": "", "in.demands": "清理废料\n补交台账"}, status=422)
    assert "请填写“需要整改的事实”" in page
    assert "清理废料\n补交台账" in page
    page = fill(officer, path, {"in.facts": "废料露天堆放。", "in.demands": "清理废料\n补交台账"})
    assert "请核对后提交" in page
    assert "废料露天堆放。" in fill(officer, path, {}, step="edit")
    fill(officer, path, {"in.facts": "废料露天堆放。", "in.demands": "清理废料\n补交台账"})
    fields = hidden(officer)
    answers = [officer.post(path, {**fields, "step": "file"}) for _ in range(2)]  # pressed twice
    case = newest(town)
    assert [a.location for a in answers] == [f"/desk/cases/{case.number}"] * 2
    assert (case.procedure, case.channel, case.subject_id) == ("rectification", "ex_officio", town.subjects["yunxi"])
    assert case.inputs["demands"] == ["清理废料", "补交台账"]
    page = officer.get(f"/desk/cases/{case.number}")
    assert "清理废料\n补交台账" in page
    assert "<svg" in page


def test_a_clerk_enters_a_repair_at_the_window_and_no_upload_is_lost(app: Flask, town: Town) -> None:
    number = town.record()
    clerk = Officer(app, town, "acceptor@ENV")
    assert number in clerk.get(f"/desk/new/window/repair?q={USCC}")
    path = f"/desk/new/window/repair/{number}"
    assert "信用承诺书" in clerk.get(path)
    uploads = {"file-performance_proof": (io.BytesIO(png()), "缴款凭证.png"), "file-other": (io.BytesIO(b"x"), "x.exe")}
    page = fill(clerk, path, {"in.performed_on": "2026-02-01", **uploads}, status=422)
    for words in ("请填写“整改情况说明”", "x.exe：", "缴款凭证.png", 'value="2026-02-01"'):
        assert words in page, words
    given = {"in.performed_on": "2026-02-01", "in.correction": "已缴清。", "in.commitment_signed_by": "宋远山"}
    page = fill(clerk, path, given)
    assert "缴款凭证.png" in page
    assert "2026年2月1日" in page
    fields = {**hidden(clerk), "step": "file"}
    answers = [clerk.post(path, fields) for _ in range(2)]  # pressed twice
    case = newest(town)
    assert [answer.location for answer in answers] == [f"/desk/cases/{case.number}"] * 2
    assert (case.procedure, case.record_id, case.channel) == ("repair", town.of_record(number).id, "window")
    page = clerk.get(f"/desk/cases/{case.number}")
    assert "云溪环保科技有限公司 · 2026" in page
    assert "窗口代办，acceptor@ENV录入" in page  # who types it is not who applies
    assert "申请人 acceptor@ENV" not in page
    assert "窗口录入人员" in page
    assert [row.file_name for row in town.all(select(material).where(material.c.case_id == case.id))] == [
        "缴款凭证.png"
    ]


def test_a_clerk_of_another_office_takes_in_and_is_told_who_goes_on_with_it(app: Flask, town: Town) -> None:
    number = town.record()
    clerk = Officer(app, town, "acceptor@MARKET")
    given = {"in.performed_on": "2026-02-01", "in.correction": "已缴清。", "in.commitment_signed_by": "宋远山"}
    uploads = {"file-performance_proof": (io.BytesIO(png()), "缴款凭证.png")}
    path = f"/desk/new/window/repair/{number}"
    clerk.get(path)
    fill(clerk, path, {**given, **uploads})
    answer = clerk.post(path, {**hidden(clerk), "step": "file"})
    case = newest(town)
    assert (answer.location, case.channel) == (f"/desk/cases/{case.number}", "window")
    told = clerk.get(f"/desk/cases/{case.number}")
    assert f"{case.number} 由云溪县信用中心或者云溪县生态环境局办理" in told
    assert "可以交本窗口，也可以交云溪县信用中心或者云溪县生态环境局的窗口" in told
    assert case.number in clerk.get(f"/desk/?q={case.number}")


def test_an_annulment_of_a_listing_is_not_called_too_early(app: Flask, town: Town) -> None:
    entry = town.listed()
    assert town.of_record(entry).apply_from > town.today
    page = Officer(app, town, "examiner@ENV").get(f"/desk/new/ex_officio/list_removal/{entry}")
    assert "撤销列入" in page
    assert "最短期限" not in page


def test_every_refusal_is_shown_and_the_form_is_kept(app: Flask, town: Town) -> None:
    number = town.record()
    clerk = Officer(app, town, "registrar@CREDIT")
    path = f"/desk/new/window/objection/{number}"
    clerk.get(path)
    town.file_objection(number)  # meanwhile
    ground = next(iter(town.law.pack_on(town.today).lists["objection_grounds"]))
    kinds = ("statement", "commitment", "evidence")
    uploads = {f"file-{kind}": (io.BytesIO(png()), f"{kind}.png") for kind in kinds}
    assert "信用承诺签署人" not in clerk.text  # what was signed on paper nobody signs here
    page = fill(clerk, path, {"in.ground": ground, "in.claimed": "金额应为一万元。"}, status=422)
    assert "请上传“异议处理申请书”" in page
    assert "请上传“异议申诉信用承诺书（单位加盖公章）”" in page
    before = len(town.all(select(cases)))
    # told before anybody is asked to confirm
    page = fill(clerk, path, {"in.ground": ground, "in.claimed": "金额应为一万元。", **uploads}, status=422)
    assert "还没有提交" in page
    assert "正在办理" in page
    for kept in ("金额应为一万元。", "statement.png", "evidence.png"):
        assert kept in page, kept
    assert len(town.all(select(cases))) == before


def test_a_kind_is_asked_and_an_office_is_chosen_by_name(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "examiner@ENV")
    path = f"/desk/new/ex_officio/interview/{USCC}"
    officer.get(path)
    given = {"in.facts": "未按期整改。", "in.demands": "限期清理"}
    assert "请选择种类" in fill(officer, path, given, status=422)
    assert "警示性约谈" in fill(officer, path, {**given, "kind": "warning"})
    assert officer.post(path, {**hidden(officer), "step": "file"}).status_code == 303
    assert newest(town).kind == "warning"
    page = officer.get(f"/desk/new/ex_officio/joint_measure/{town.record()}")
    assert 'name="in.partner"' in page
    assert 'value="MARKET"' in page
    assert "云溪县市场监督管理局" in page


def test_a_tip_off_at_the_window_seals_the_name_and_hands_out_a_code(app: Flask, town: Town) -> None:
    clerk = Officer(app, town, "registrar@CREDIT")
    path = f"/desk/new/window/tip_off/{USCC}"
    clerk.get(path)
    given = {"in.source": "mail", "in.about": "dishonesty", "in.facts": "夜间偷排。", "in.informant_name": "何不言"}
    fill(clerk, path, given)
    assert clerk.post(path, {**hidden(clerk), "step": "file"}).status_code == 303
    case = newest(town)
    page = clerk.get(f"/desk/cases/{case.number}")
    assert tracking_code.code(town.vault, case.number) in page
    assert "夜间偷排。" in page
    assert "何不言" not in page
    assert "informant_name" not in case.inputs
    assert town.one(select(sealed_input).where(sealed_input.c.case_id == case.id)).name == "informant_name"


def test_who_takes_in_a_tip_off_for_another_office_is_told_of_no_window(app: Flask, town: Town) -> None:
    clerk = Officer(app, town, "registrar@MARKET")
    path = f"/desk/new/window/tip_off/{USCC}"
    clerk.get(path)
    fill(clerk, path, {"in.source": "mail", "in.about": "dishonesty", "in.facts": "夜间偷排。"})
    assert clerk.post(path, {**hidden(clerk), "step": "file"}).location == "/desk/new"
    told = clerk.get("/desk/new")
    assert "由云溪县信用中心受理，您的单位不办理，不能查看。" in told
    assert tracking_code.code(town.vault, newest(town).number) in told
    assert "的材料，请当事人交" not in told


def test_what_follows_a_closed_case_begins_from_its_page(app: Flask, town: Town) -> None:
    town.turn(update(office).where(office.c.code == "ENV").values(parent_id=town.offices["MARKET"]))
    both = {"person_id": town.people["acceptor@CREDIT"], "role": "acceptor", "office_id": town.offices["MARKET"]}
    town.turn(insert(role_grant).values(**both))  # sees the review, too, which is the office's above
    denied = town.ended()
    clerk = Officer(app, town, "acceptor@CREDIT")
    page = clerk.get(f"/desk/cases/{denied}")
    path = f"/desk/new/window/review/{denied}"
    assert path in page
    assert "revocation" not in page
    clerk.get(path)
    fill(clerk, path, {"in.claimed": "有新的复测报告。"})
    assert clerk.post(path, {**hidden(clerk), "step": "file"}).status_code == 303
    review = newest(town)
    assert review.procedure == "review"
    page = clerk.get(f"/desk/cases/{review.number}")
    assert "关联办件" in page
    assert "由此而来" in page
    assert f'href="/desk/cases/{denied}"' in page
    page = clerk.get(f"/desk/cases/{denied}")
    assert "复核正在办理" in page
    assert "由此而起" in page
    granted = town.granted()
    assert f"/desk/new/ex_officio/revocation/{granted}" in Officer(app, town, "examiner@ENV").get(
        f"/desk/cases/{granted}"
    )


def test_a_linked_case_of_another_office_is_only_said_to_be_there(app: Flask, town: Town) -> None:
    review = town.begin("review")
    first = town.all(select(cases).order_by(cases.c.id))[0].number
    with town.db.engine.begin() as tx:  # the review is another office's altogether
        other = town.offices["MARKET"]
        tx.execute(
            cases.update().where(cases.c.number == review).values(
                receiving_id=other, deciding_id=other, provider_id=other
            )
        )  # fmt: skip
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/cases/{first}")
    assert "另一办件（无权查看）" in page
    assert review not in page


def test_a_clerk_finds_what_is_there_and_is_told_what_is_not(app: Flask, town: Town) -> None:
    clerk = Officer(app, town, "acceptor@ENV")
    number = town.record(document="溪罚〔2026〕77号")
    for text in (number, "溪罚〔2026〕77号", "云溪环保", USCC.lower()):
        assert f"/desk/new/window/repair/{number}" in clerk.get(f"/desk/new/window/repair?q={text}"), text
    assert "没有找到失信信息" in clerk.get("/desk/new/window/repair?q=%25")
    officer = Officer(app, town, "examiner@MARKET")  # another office's record is not its to act on
    assert "没有找到失信信息" in officer.get(f"/desk/new/ex_officio/joint_measure?q={number}")
    officer.get(f"/desk/new/ex_officio/joint_measure/{number}", 404)


@pytest.mark.parametrize(
    "hostile", [{"in": "x"}, {"in.facts.deep": "x"}, {"in.about.x": "1"}, {"materials": "nobody's"}]
)
def test_a_form_nobody_drew_is_answered_as_a_form(app: Flask, town: Town, hostile: dict[str, str]) -> None:
    clerk = Officer(app, town, "registrar@CREDIT")
    path = f"/desk/new/window/tip_off/{USCC}"
    clerk.get(path)
    assert clerk.post(path, {**hidden(clerk), **hostile, "step": "check"}).status_code == 422
    assert clerk.post(path, {"step": "check"}).status_code in {400, 422}
    assert town.all(select(cases)) == []


def test_who_reported_without_a_name_is_not_called_the_system(app: Flask, town: Town) -> None:
    case = town.begin("tip_off")
    page = Officer(app, town, "registrar@CREDIT").get(f"/desk/cases/{case}")
    assert "反映人（不公开）" in page
    assert "<strong>提出申请</strong>  举报人" in page
    assert "宋远山 ·" not in page
