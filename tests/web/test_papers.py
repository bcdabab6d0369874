"""Letters and papers on the web: signing for a letter, serving, correcting, forms to print, bound files, many at once."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select, update

from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.publication_notice import KIND
from repairflow.casework.documents.revisions import letter_correction
from repairflow.letters.renderer.pool import Press
from repairflow.records import cases, letter, material, service
from tests.gateway.penalty_samples import YUNXI
from tests.letters.pdf_ua import broken_rules
from tests.support.building import Town, png
from tests.web.portal_visit import BOUNDARY, Visitor, _part, make

pytestmark = pytest.mark.either_database


@pytest.fixture
def printed(app: Flask, press: Press, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with a press that is warm already."""
    from repairflow.web.shared.press import OnDemand

    monkeypatch.setattr(OnDemand, "press", press)
    return app


def press_all(town: Town, press: Press) -> None:
    for row in town.all(select(letter).where(letter.c.pressed_at.is_(None))):
        rendering_job.press(town.db, town.services.letters, press.press, row.id, town.now)


def newest(town: Town, kind: str) -> Any:
    return town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))


def words(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def send(visitor: Visitor, path: str, fields: dict[str, str], file: bytes | None = None) -> Any:
    """A form with an upload."""
    body = b"".join(_part(name, value.encode()) for name, value in {"csrf_token": visitor.token, **fields}.items())
    body += _part("material", file, "回证.png") if file is not None else b""
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return visitor._sent(visitor.client.post(path, data=body + b"--" + BOUNDARY + b"--\r\n", content_type=kind))


@pytest.fixture
def token(town: Town, press: Press) -> str:
    """The acceptance letter of a repair, made."""
    town.do(town.file_repair(), "accept")
    press_all(town, press)
    return str(newest(town, "repair_accepted").token)


def command_id(visitor: Visitor) -> str:
    found = re.search(r'name="command_id" value="([^"]+)"', visitor.text)
    assert found
    return found.group(1)


def test_without_consent_a_letter_opens_and_is_not_served(app: Flask, town: Town, token: str) -> None:
    agent = Visitor(app, town, "yunxi's agent")
    agent.get(f"/letters/{token}.pdf")
    assert agent.page.mimetype == "application/pdf"
    assert town.all(select(service)) == []


def test_with_consent_opening_asks_first_and_then_is_service(app: Flask, town: Town, token: str) -> None:
    agent = Visitor(app, town, "yunxi's agent")
    assert "未同意" in agent.get("/service-consent")
    form = f"/service-consent/{town.subjects['yunxi']}"
    for name in ("", "宋远山"):  # a confirmation is signed by who gives it (行政处罚法 61(2))
        assert agent.post(form, {"consent": "yes", "signed_by": name}).status_code == 422
        assert "请填写您的姓名“林一鸣”" in agent.text
    assert "未同意" in agent.get("/service-consent")
    assert agent.post(form, {"consent": "yes", "signed_by": "林一鸣"}).status_code == 303
    assert "已同意" in agent.get("/service-consent")
    page = agent.get(f"/letters/{token}.pdf")
    assert "签收并打开" in page
    assert town.all(select(service)) == []  # a link records nothing
    answer = agent.post(f"/letters/{token}/receipt")
    assert answer.headers["Location"].endswith(f"/letters/{token}.pdf")
    made = town.one(select(service))
    assert (made.mode, made.recipient, made.effective_day) == ("electronic", "林一鸣", date(2026, 6, 10))
    agent.get(f"/letters/{token}.pdf")
    assert agent.page.mimetype == "application/pdf"
    told = agent.get(f"/letters/{token}")
    assert "电子送达" in told
    assert "签收并打开" not in told
    assert "救济期限自次日起计算" in agent.get(f"/verify/{token}")


@pytest.mark.parametrize(
    ("mode", "lacks"),
    [
        ("direct", {"recipient", "material"}),
        ("leave", {"recipient", "witness", "material"}),
        ("announcement", {"material"}),
    ],
)
def test_a_field_without_which_service_is_refused_is_not_called_optional(
    app: Flask, town: Town, token: str, mode: str, lacks: set[str]
) -> None:
    officer = Visitor(app, town, "acceptor@ENV")
    page = officer.get(f"/letters/{token}")
    labels: dict[str, str] = dict(re.findall(r'<label class="form-label" for="([^"]+)">(.*?)</label>', page, re.DOTALL))
    fields = {"command_id": command_id(officer), "mode": mode, "served_at": "2026-06-10T09:59"}
    assert send(officer, f"/letters/{token}/service", fields).status_code == 422
    refused = {name.removeprefix("service-") for name in re.findall(r'<a href="#(service-[a-z_]+)">', officer.text)}
    assert refused == lacks
    for name in refused:
        said = labels["material" if name == "material" else f"service-{name}"]
        assert "选填" not in said
        assert "必填" in said
    assert "选填" in labels["service-place"]  # nobody is refused for want of it


def test_a_stranger_finds_neither_letter_nor_consent(app: Flask, town: Town, token: str) -> None:
    stranger = Visitor(app, town, "hengtuo")
    stranger.get(f"/letters/{token}", 404)
    stranger.get("/service-consent")
    assert stranger.post(f"/letters/{token}/receipt").status_code == 404
    assert stranger.post(f"/service-consent/{town.subjects['yunxi']}", {"consent": "yes"}).status_code == 404
    assert stranger.post(f"/service-consent/{town.subjects['hengtuo']}", {"consent": "perhaps"}).status_code == 404


def test_an_officer_records_service_with_its_proof(app: Flask, town: Town, token: str) -> None:
    officer = Visitor(app, town, "acceptor@ENV")
    page = officer.get(f"/letters/{token}")
    assert "登记送达" in page
    fields = {
        "command_id": command_id(officer), "mode": "post", "recipient": "宋远山", "served_at": "2026-06-10T09:59",
        "place": "", "witness": "", "note": "EMS 回执",
    }  # fmt: skip
    path = f"/letters/{token}/service"
    # it was issued at 10:00, but the same day counts
    assert send(officer, path, {**fields, "served_at": "yesterday"}, png()).status_code == 422
    assert "请填写送达的日期和时间" in officer.text
    assert send(officer, path, fields).status_code == 422
    assert "请上传送达凭证" in officer.text
    assert 'value="EMS 回执"' in officer.text  # what was typed stays
    assert send(officer, path, fields, b"no picture").status_code == 422
    assert send(officer, path, {**fields, "mode": "electronic"}).status_code == 422
    assert "没有确认同意电子送达" in officer.text
    assert town.all(select(service)) == []
    assert send(officer, path, fields, png()).status_code == 303
    assert send(officer, path, fields, png()).status_code == 303  # pressed twice
    page = officer.get(f"/letters/{token}")
    assert "邮寄送达" in page
    assert "登记送达" not in page
    assert town.one(select(service)).person_id == town.people["acceptor@ENV"]


def test_proofs_of_service_that_are_refused_count_for_who_sent_them(town: Town, token: str) -> None:
    """Else whoever may register service fills the disk with proofs of services that never are."""
    town.services = replace(town.services, quota=replace(town.services.quota, person=2 * len(png())))
    officer, path = Visitor(make(town), town, "acceptor@ENV"), f"/letters/{token}/service"
    officer.get(f"/letters/{token}")
    fields = {"command_id": command_id(officer), "mode": "post", "recipient": "", "served_at": "2026-06-10T10:00"}
    for shade in range(2):
        assert send(officer, path, fields, png(shade)).status_code == 422
    assert "尚未提交的材料已经过多" not in officer.text
    assert send(officer, path, {**fields, "recipient": "宋远山"}, png(2)).status_code == 422
    assert "尚未提交的材料已经过多" in officer.text
    kept = [path for path in town.settings.materials.rglob("*") if path.is_file()]
    assert {f"sha256:{path.name}" for path in kept} == {row.digest for row in town.all(select(material))}


def test_remedies_are_shown_to_officers_with_their_badge(app: Flask, town: Town, press: Press) -> None:
    case = town.file_repair()
    town.do(case, "refuse")
    press_all(town, press)
    token = newest(town, "repair_not_accepted").token
    officer = Visitor(app, town, "acceptor@ENV")
    officer.get(f"/letters/{token}")
    fields = {"command_id": "c-remedy", "mode": "direct", "recipient": "宋远山", "served_at": "2026-06-10T10:00"}
    assert send(officer, f"/letters/{token}/service", fields, png()).status_code == 303
    page = officer.get(f"/letters/{token}")
    assert "2026 年 8 月 10 日" in page or "2026-08-10" in page or "2026年8月10日" in page
    assert "待核实" not in page  # the limits of remedies were read: 行政复议法 20, 行政诉讼法 46
    assert "待核实" not in Visitor(app, town, "yunxi").get(f"/letters/{token}")


def test_only_the_head_corrects_and_the_public_page_names_the_new_letter(app: Flask, town: Town, token: str) -> None:
    assert "制发更正通知书" not in Visitor(app, town, "acceptor@ENV").get(f"/letters/{token}")
    head = Visitor(app, town, "head@ENV")
    assert "制发更正通知书" in head.get(f"/letters/{token}")
    fields = {
        "command_id": command_id(head),
        "reason": "笔误。",
        "what-0": "受理日期",
        "was-0": "6月9日",
        "new-0": "6月10日",
    }
    half = head.post(f"/letters/{token}/correction", {**fields, "new-0": ""})
    assert half.status_code == 422
    assert "第 1 项须写明" in head.text
    code = {"what-2": "统一社会信用代码", "was-2": YUNXI, "new-2": "91320830"}
    assert head.post(f"/letters/{token}/correction", {**fields, **code}).status_code == 422
    faulty = head.text[head.text.index('id="correction-changes.2"') :]  # the line left empty between them is none
    assert 'id="new-2"' in faulty[: faulty.index("“统一社会信用代码”更正后的内容：统一社会信用代码应为18位，现为8位")]
    third = {**fields, **dict.fromkeys(("what-0", "was-0", "new-0"), "  "), "what-2": "受理日期", "was-2": "6月9日"}
    assert head.post(f"/letters/{token}/correction", third).status_code == 422
    assert "第 3 项须写明" in head.text  # the number the page gives the line, however many are empty before it
    assert 'href="#correction-changes.2"' in head.text
    assert head.post(f"/letters/{token}/correction", {**fields, "was-0": "六" * 2001}).status_code == 422
    assert 'href="#correction-changes.0"' in head.text
    assert head.post(f"/letters/{token}/correction", {"command_id": "c-none", "reason": "笔误。"}).status_code == 422
    assert 'href="#correction-changes"' in head.text
    assert 'id="correction-changes"' in head.text
    assert head.post(f"/letters/{token}/correction", fields).status_code == 303
    new = newest(town, "letter_correction")
    assert f"本文书已由 {new.number} 更正" in head.get(f"/letters/{token}")
    public = Visitor(app, town, "hengtuo").get(f"/verify/{token}")
    assert f'请与<span class="rf-whole">{new.number}</span>一并使用' in public


def test_the_head_takes_a_service_back_and_it_is_struck_out(app: Flask, town: Town, token: str) -> None:
    officer, head = Visitor(app, town, "acceptor@ENV"), Visitor(app, town, "head@ENV")
    officer.get(f"/letters/{token}")
    given = {
        "command_id": command_id(officer),
        "mode": "direct",
        "recipient": "宋远山",
        "served_at": "2026-06-10T09:00",
    }
    assert send(officer, f"/letters/{token}/service", given, png()).status_code == 303
    assert "撤销送达登记" not in officer.get(f"/letters/{token}")
    assert "撤销送达登记" in head.get(f"/letters/{token}")
    fields = {"command_id": "c-back", "reason": "签收人有误。", "confirmed": ""}
    assert "确定撤销" in head.post(f"/letters/{token}/service/withdrawal", fields).text
    assert town.one(select(service)).withdrawn_at is None
    head.get(f"/letters/{token}")
    empty = head.post(f"/letters/{token}/service/withdrawal", {**fields, "reason": "", "confirmed": "yes"})
    assert empty.status_code == 422
    assert 'href="#unserve-reason"' in head.text
    assert head.post(f"/letters/{token}/service/withdrawal", {**fields, "confirmed": "yes"}).status_code == 303
    page = officer.get(f"/letters/{token}")
    assert "作废" in page
    assert "签收人有误。" in page
    assert "登记送达" in page  # it can be served again
    assert "救济期限自次日起计算" not in officer.get(f"/verify/{token}")
    agent = Visitor(app, town, "yunxi's agent")
    agent.get(f"/letters/{token}")
    assert agent.post(f"/letters/{token}/service/withdrawal", {**fields, "confirmed": "yes"}).status_code == 403


def test_a_letter_is_issued_anew_by_two_and_the_public_page_names_it_without_a_link(
    app: Flask, town: Town, press: Press
) -> None:
    town.ended()
    press_all(town, press)
    old = newest(town, "repair_denied")
    officer, head = Visitor(app, town, "examiner@ENV"), Visitor(app, town, "head@ENV")
    page = officer.get(f"/letters/{old.token}/reissue")
    assert "提请重新出具" in page
    assert old.content["fields"]["reason"] in page
    assert "由办件确定" in page
    fields = {"command_id": "c-propose", "addressee": old.content["addressee"], "words.reason": "罚款贰万元尚未缴清。"}
    assert officer.post(f"/letters/{old.token}/reissue", {**fields, "reason": ""}).status_code == 422
    assert "罚款贰万元尚未缴清。" in officer.text  # what was typed stays
    assert 'href="#re-reason"' in officer.text
    answer = officer.post(f"/letters/{old.token}/reissue", {**fields, "reason": "金额写错。"})
    assert answer.headers["Location"].endswith(f"/letters/{old.token}")
    assert "同意重新出具" not in officer.get(f"/letters/{old.token}")
    page = head.get(f"/letters/{old.token}")
    assert "罚款贰万元尚未缴清。" in page
    assert "同意重新出具" in page
    asked = head.post(f"/letters/{old.token}/reissue/issue", {"command_id": "c-issue", "confirmed": ""})
    assert "确定重新出具" in asked.text
    head.get(f"/letters/{old.token}")
    done = head.post(f"/letters/{old.token}/reissue/issue", {"command_id": "c-issue", "confirmed": "yes"})
    assert done.status_code == 303
    new = newest(town, "repair_denied")
    assert f"本文书已由 {new.number} 替代" in head.get(f"/letters/{old.token}")
    assert "还没有送达" in officer.get(f"/letters/{new.token}")
    public = Visitor(app, town, "hengtuo").get(f"/verify/{old.token}")
    assert new.number in public
    assert new.token not in public
    head.get(f"/letters/{old.token}/reissue", 422)
    town.sound()


def test_the_head_declines_and_strangers_find_no_form(app: Flask, town: Town, press: Press) -> None:
    town.ended()
    press_all(town, press)
    old = newest(town, "repair_denied")
    officer, head = Visitor(app, town, "examiner@ENV"), Visitor(app, town, "head@ENV")
    officer.get(f"/letters/{old.token}/reissue")
    fields = {"command_id": "c-propose", "addressee": old.content["addressee"], "reason": "改", "words.reason": "改"}
    officer.post(f"/letters/{old.token}/reissue", fields)
    head.get(f"/letters/{old.token}")
    assert head.post(f"/letters/{old.token}/reissue/decline", {"command_id": "c-no", "reason": ""}).status_code == 422
    assert (
        head.post(f"/letters/{old.token}/reissue/decline", {"command_id": "c-no", "reason": "没有错。"}).status_code
        == 303
    )
    assert "等待决定" not in officer.get(f"/letters/{old.token}")
    Visitor(app, town, "registrar@CREDIT").get(f"/letters/{old.token}/reissue", 403)
    Visitor(app, town, "acceptor@MARKET").get(f"/letters/{old.token}/reissue", 404)
    Visitor(app, town, "yunxi").get(f"/letters/{old.token}/reissue", 403)


def test_withdrawing_asks_first(app: Flask, town: Town, token: str) -> None:
    head = Visitor(app, town, "head@ENV")
    head.get(f"/letters/{token}")
    fields = {"command_id": "c-withdraw", "reason": "重复制发。", "confirmed": ""}
    assert "确定撤回" in head.post(f"/letters/{token}/withdrawal", fields).text
    assert newest(town, "repair_accepted").state == "in_force"
    assert head.post(f"/letters/{token}/withdrawal", {**fields, "confirmed": "yes"}).status_code == 303
    assert "已撤回" in head.get(f"/verify/{token}")


FORMS = [
    ("repair_application", "信用修复申请表"),
    ("repair_commitment", "信用修复承诺书"),
    ("objection_application", "异议处理申请书"),
    ("objection_commitment", "异议申诉信用承诺书"),
]


@pytest.mark.parametrize(("kind", "title"), FORMS)
def test_a_form_comes_filled_in(printed: Flask, town: Town, kind: str, title: str) -> None:
    number = town.record(document="溪罚〔2026〕77号")
    agent = Visitor(printed, town, "yunxi's agent")
    assert f'href="/papers/records/{number}/{kind}.pdf"' in agent.get(f"/my/file/{kind.partition('_')[0]}/{number}")
    agent.get(f"/papers/records/{number}/{kind}.pdf")
    said = words(agent.page.data)
    for part in (title, "云溪环保科技有限公司", "溪罚〔2026〕77号", "云溪县生态环境局"):
        assert part in said
    assert ("可以申请的日期" in said) is (kind == "repair_application")
    if kind.endswith("commitment"):  # on paper the same is promised as online, word for word
        signed = "".join(town.law.packs["CN-2026"].commitment(kind.partition("_")[0]).signed_by("agent").lines)
        assert all(line in said for line in "".join(signed.split()).removeprefix(title).split("。"))
    assert agent.page.headers["Cache-Control"] == "private, no-store"
    agent.page.headers["Content-Disposition"].encode("latin-1")  # a server cannot send more


def test_papers_of_a_case(printed: Flask, town: Town, press: Press) -> None:
    case = town.file_repair()
    later = {**town.case(case).inputs, "promised_day": (town.today + timedelta(days=30)).isoformat()}
    town.turn(update(cases).values(inputs=later).where(cases.c.number == case))
    town.steps(case, "accept", "report_verification", "propose_grant")
    press_all(town, press)
    officer = Visitor(printed, town, "reviewer@ENV")
    led_to = re.findall(r'href="([^"]+\.pdf)"', officer.get(f"/desk/cases/{case}"))
    assert f"/cases/{case}/letters.pdf" in led_to
    led_to += re.findall(r'href="([^"]+\.pdf)"', officer.get(f"/letters/{newest(town, 'repair_accepted').token}"))
    agent = Visitor(printed, town, "yunxi")
    for page in (f"/my/cases/{case}", f"/my/cases/{case}/receipt"):
        found = re.findall(r'href="(/papers/[^"]+)"', agent.get(page))
        assert found == [f"/papers/cases/{case}/repair_{kind}.pdf" for kind in ("application", "commitment")]

    def paper(path: str) -> str:
        assert path in led_to
        officer.get(path)
        return words(officer.page.data)

    filed = paper(f"/papers/cases/{case}/repair_application.pdf")
    assert case in filed
    assert "证明.png" in filed
    assert "容缺受理" in filed
    left = {name: value for name, value in town.case(case).inputs.items() if name != "promised_day"}
    town.turn(update(cases).values(inputs=left).where(cases.c.number == case))
    filed = paper(f"/papers/cases/{case}/repair_application.pdf")
    assert "容缺受理" not in filed  # what was left out is no line to be filled in
    assert "证明.png" in filed
    slip = paper(f"/papers/cases/{case}/approval_slip.pdf")
    assert "内部审批单" in slip
    assert "reviewer@ENV" in slip
    index = paper(f"/papers/cases/{case}/case_index.pdf")
    assert "卷宗目录" in index
    assert newest(town, "repair_accepted").number in index
    sheet = paper(f"/papers/letters/{newest(town, 'repair_accepted').token}/return.pdf")
    assert "送达回证" in sheet
    assert "□直接送达" in sheet


def test_who_must_put_something_right_prints_the_report_about_it(printed: Flask, town: Town) -> None:
    case = town.begin("rectification")
    agent, path = Visitor(printed, town, "yunxi"), f"/papers/cases/{case}/rectification_report.pdf"
    agent.get(path, 404)  # nothing is demanded yet
    town.do(case, "issue")
    order = newest(town, "rectification_order")
    assert path in agent.get(f"/my/cases/{case}")
    agent.get(path)
    said = words(agent.page.data)
    for one in ("整改情况报告", order.number, case, *order.content["fields"]["demands"]):
        assert one in said
    Visitor(printed, town, "hengtuo").get(path, 404)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("hengtuo", "/papers/records/{record}/repair_application.pdf", 404),
        ("hengtuo", "/papers/cases/{case}/repair_application.pdf", 404),
        ("yunxi", "/papers/cases/{case}/approval_slip.pdf", 403),
        ("yunxi", "/papers/cases/{case}/case_index.pdf", 403),
        ("yunxi", "/cases/{case}/letters.pdf", 403),
        ("acceptor@MARKET", "/cases/{case}/letters.pdf", 404),
        ("yunxi", "/papers/records/{record}/repair_granted.pdf", 404),
        ("yunxi", "/papers/cases/{case}/objection_application.pdf", 404),
        ("acceptor@ENV", "/papers/cases/{case}/nothing.pdf", 404),
        ("acceptor@ENV", "/papers/letters/nothing-of-the-kind/return.pdf", 404),
    ],
)
def test_papers_go_only_to_those_they_concern(app: Flask, town: Town, who: str, path: str, status: int) -> None:
    number = town.record()
    case = town.file_repair(number)
    Visitor(app, town, who).get(path.format(record=number, case=case), status)


def test_all_letters_of_a_case_are_one_file_with_bookmarks(printed: Flask, town: Town, press: Press) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    press_all(town, press)
    officer = Visitor(printed, town, "decider@ENV")
    officer.get(f"/cases/{case}/letters.pdf")
    bound = pypdf.PdfReader(io.BytesIO(officer.page.data))
    rows = town.all(select(letter).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id))
    marks = {mark.title: bound.get_destination_page_number(mark) for mark in bound.outline}
    assert list(marks) == ["卷宗目录", *(f"{row.title} {row.number}" for row in rows)]
    index = "".join(bound.pages[0].extract_text().split())
    for row in rows:
        place = marks[f"{row.title} {row.number}"]
        assert row.number in "".join(bound.pages[place].extract_text().split())
        assert f"第{place + 1}页" in index
    assert "/AcroForm" not in bound.trailer["/Root"]
    # one numbering: what the index says is what each page bears and what a reader's labels say
    for number, page in enumerate(bound.pages, 1):
        assert f"卷宗第{number}页共{len(bound.pages)}页" in "".join(page.extract_text().split())
    assert bound.page_labels == [str(number) for number in range(1, len(bound.pages) + 1)]
    assert f"文书汇编共{len(bound.pages)}页" in index
    root = bound.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], bound.metadata.title) == ("zh-CN", True, f"{case} 文书汇编")
    assert f'<rdf:li xml:lang="x-default">{case} 文书汇编'.encode() in root["/Metadata"].get_data()
    assert broken_rules(officer.page.data, "ua1") == []
    # its day is that of the newest letter or step in it, whenever it is printed
    newest_step = max(row.issued_at for row in rows).replace(microsecond=0)
    assert (bound.metadata.creation_date, bound.metadata.modification_date) == (newest_step, newest_step)
    first = officer.page.data
    officer.get(f"/cases/{case}/letters.pdf")
    assert officer.page.data == first
    (town.settings.letters / rendering_job.name_of(rows[1].token)).unlink()
    officer.get(f"/cases/{case}/letters.pdf")
    without = pypdf.PdfReader(io.BytesIO(officer.page.data))
    index = "".join(without.pages[0].extract_text().split())
    assert [mark.title for mark in without.outline] == [one for one in marks if rows[1].number not in one]
    assert f"（{rows[1].number}）的文件，取不到" in index
    assert f"文书汇编共{len(without.pages)}页" in index
    (town.settings.letters / rendering_job.name_of(rows[1].token)).write_bytes(b"%PDF-1.7 of somebody else")
    officer.get(f"/cases/{case}/letters.pdf")
    index = "".join(pypdf.PdfReader(io.BytesIO(officer.page.data)).pages[0].extract_text().split())
    assert f"（{rows[1].number}）的文件，与制发时的校验值不同" in index
    assert "取不到" not in index


def elements(element: Any) -> Iterator[Any]:
    """All elements of a structure, in the order of reading."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object()
        if isinstance(found, pypdf.generic.DictionaryObject) and "/S" in found:
            yield from elements(found)


def test_the_bound_file_is_tagged_as_its_letters_are(printed: Flask, town: Town, press: Press) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement", inputs={"gaps": ["缴款凭证", "整改报告"]})
    press_all(town, press)
    officer = Visitor(printed, town, "acceptor@ENV")
    officer.get(f"/cases/{case}/letters.pdf")
    bound = pypdf.PdfReader(io.BytesIO(officer.page.data))
    tree = bound.trailer["/Root"]["/StructTreeRoot"]
    found = [one for top in tree["/K"] for one in elements(top.get_object())]
    kinds = Counter(str(one["/S"]) for one in found)
    assert kinds["/Document"] == 1
    assert kinds["/Part"] == len(bound.outline)
    assert kinds["/H1"] == len(bound.outline)
    assert kinds["/TH"] >= 5
    assert (kinds["/L"], kinds["/LI"]) == (1, 2)  # what is to be supplemented; the one paper handed in is no list
    assert "/Form" not in kinds
    names = [str(one["/ID"]) for one in found if "/ID" in one]
    assert len(names) == len(set(names)) == kinds["/TH"]
    assert {str(name) for one in found if one["/S"] == "/TD" for name in one["/A"]["/Headers"]} <= set(names)
    numbers = tree["/ParentTree"]["/Nums"]
    assert [int(key) for key in numbers[::2]] == [int(page["/StructParents"]) for page in bound.pages]
    pages = {page.indirect_reference.idnum for page in bound.pages}
    assert {one.raw_get("/Pg").idnum for one in found if "/Pg" in one} <= pages  # no page but those of the whole


def lose(town: Town, decided: date) -> str:
    """The number of a public record whose 告知书 was withdrawn."""
    number = town.record(decided)
    row = town.one(select(letter).where(letter.c.record_id == town.of_record(number).id))
    with town.db.begin() as tx:
        given = letter_correction.CorrectLetter(row.token, town.actor("head@ENV"), f"lose/{number}", "误发。")
        letter_correction.withdraw(tx, given, town.now)
    return number


def test_missing_letters_are_issued_together_each_with_its_result(app: Flask, town: Town) -> None:
    numbers = [lose(town, date(2026, 5, day)) for day in (6, 7)]
    officer = Visitor(app, town, "acceptor@ENV")
    page = officer.get("/desk/letters")
    assert all(number in page for number in numbers)
    assert "最短公示期" in officer.get(f"/desk/letters/preview/{numbers[0]}")
    officer.get("/desk/letters")
    answer = officer.post("/desk/letters", {"record": [*numbers, "SX-2026-999999"]})
    page = officer.get(answer.headers["Location"])
    assert "已制发 2 份" in page
    assert "SX-2026-999999" in page  # the one that failed is named
    assert page.count("制作中") == 2
    assert "没有缺告知书的信息" in officer.get("/desk/letters")
    town.sound()


def test_another_offices_letters_are_not_issued(app: Flask, town: Town) -> None:
    number = lose(town, date(2026, 5, 6))
    officer = Visitor(app, town, "acceptor@MARKET")
    assert number not in officer.get("/desk/letters")
    officer.get("/service-consent", 403)
    before = town.counts()["letter"]
    officer.get("/desk/letters")
    officer.post("/desk/letters", {"record": number})
    assert town.counts()["letter"] == before
    assert Visitor(app, town, "yunxi").client.get("/desk/letters").status_code == 403


def test_the_proof_of_serving_a_records_letter_is_seen_by_all_who_see_the_letter(
    app: Flask, town: Town, press: Press
) -> None:
    """A letter of a record has no case through which its proof could be reached: its uploader alone reached it."""
    number = lose(town, date(2026, 5, 6))
    uploader = Visitor(app, town, "acceptor@ENV")
    uploader.get("/desk/letters")
    uploader.post("/desk/letters", {"record": number})
    press_all(town, press)
    path = f"/letters/{newest(town, KIND).token}"
    uploader.get(path)
    fields = {
        "command_id": command_id(uploader),
        "mode": "post",
        "recipient": "宋远山",
        "served_at": "2026-06-10T10:00",
    }
    assert send(uploader, f"{path}/service", fields, png()).status_code == 303
    sees = {
        "acceptor@ENV": 200,
        "head@ENV": 200,
        "yunxi": 200,
        "yunxi's agent": 200,
        "hengtuo": 404,
        "head@MARKET": 404,
    }
    proof = f"/materials/{town.one(select(material).order_by(material.c.id.desc()).limit(1)).token}"
    for who, status in sees.items():
        visitor = Visitor(app, town, who)
        visitor.get(proof, status)
        assert (f'href="{proof}"' in visitor.get(path, status)) is (status == 200), who
