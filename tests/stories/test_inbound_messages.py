"""The single window: a platform files, brings what is missing, delivers and annuls by signed messages, and reads under its
serials what came of them; what nobody can match waits for a person."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from repairflow import times
from repairflow.gateway import sandbox_store as store
from repairflow.gateway import signing, uploads
from repairflow.gateway.inbound_messages import INBOUND_PREFIX, KINDS, schema, schema_name
from repairflow.gateway.sandbox import make_sandbox
from repairflow.gateway.sandbox_sender import FAULTS, Site
from repairflow.records import cases, event, held_row, inbound_message, letter, material, record, row_change, target
from repairflow.web.staff import inbound_file
from tests.house.sources import ROOT
from tests.stories.people import Officer
from tests.stories.town_life import TownLife
from tests.support.building import png, stock
from tests.support.served import served

DOCUMENT = "溪环罚〔2026〕61号"
ROW = {
    "行政相对人名称": "云溪环保科技有限公司", "行政相对人类别": "法人及非法人组织", "行政处罚决定书文号": DOCUMENT,
    "违法行为类型": "超标排放水污染物", "违法事实": "总排口化学需氧量超标。", "处罚依据": "《中华人民共和国水污染防治法》第八十三条",
    "处罚类别": "罚款", "处罚内容": "处罚款叁万元整。", "罚款金额（万元）": "3", "处罚决定日期": "2026-03-16",
    "处罚机关": "云溪县生态环境局",
}  # fmt: skip


class Platform:
    """The provincial platform as a program of its own: it knows its code and the key that was handed over."""

    def __init__(self, life: TownLife, office: str = "CREDIT", code: str = "province") -> None:
        self.life, self.code, self.secret = life, code, life.platform.secrets[code]
        self.web = life.app.test_client()
        self.sent = 0
        with life.town.db.begin() as tx:
            place = life.town.offices[office]
            tx.execute(update(target).where(target.c.code == code).values(inbound_office_id=place))

    def message(self, kind: str, data: Mapping[str, Any], serial: str = "", **envelope: Any) -> dict[str, Any]:
        self.sent += 1
        return {
            "specversion": "1.0", "id": serial or f"SN-{self.sent:04d}", "source": "https://credit.province.example",
            "type": INBOUND_PREFIX + kind, "time": times.now().isoformat(), "partitionkey": "all",
            "sequence": f"{self.sent:019d}", "data": dict(data), **envelope,
        }  # fmt: skip

    def posts(self, message: Mapping[str, Any], secret: str = "", code: str = "", key: str = "") -> TestResponse:
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = signing.signed(secret or self.secret, key or str(message["id"]), times.now(), body)
        path = f"/inbound/{code or self.code}/messages"
        return self.web.post(path, data=body, headers=headers, content_type="application/cloudevents+json")

    def sends(self, kind: str, data: Mapping[str, Any], status: int = 200, serial: str = "") -> dict[str, Any]:
        answer = self.posts(self.message(kind, data, serial))
        assert answer.status_code == status, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    def gets(self, path: str, status: int = 200, secret: str = "") -> TestResponse:
        headers = signing.signed(secret or self.secret, "look", times.now(), path.encode())
        answer = self.web.get(path, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer

    def asks(self, serial: str) -> dict[str, Any]:
        found: dict[str, Any] = self.gets(f"/inbound/{self.code}/messages/{serial}").get_json()
        return found


def repair(life: TownLife, **about: Any) -> dict[str, Any]:
    """What the platform says of an application for repair."""
    town = life.town
    form = town.law.in_force("repair", town.today).inputs
    given = stock(form, town.law.pack_on(town.today), town.today)
    inputs = {name: str(value) for name, value in given.items() if value is not None}
    file = {"kind": "performance_proof", "name": "缴款书.png", "content": base64.b64encode(png()).decode()}
    return {"procedure": "repair", "subject": life.uscc(), "inputs": inputs, "materials": [file], **about}


def test_an_application_goes_its_way_and_is_answered_under_its_serial(life: TownLife) -> None:
    platform, number = Platform(life), life.record()
    said = platform.sends("application", repair(life, record={"number": number}), serial="XY-1")
    assert (said["id"], said["result"], said["reasons"]) == ("XY-1", "taken", [])
    case = platform.asks("XY-1")["case"]
    assert (case["state"], case["outcome"], case["procedure"]) == ("submitted", None, "repair")
    life.env.acceptor.finds_waiting(case["number"])
    life.env.acceptor.presses(case["number"], "一次性告知补正", {"需要补正的全部内容": "整改后的照片"})
    life.worker.runs()
    life.serves(case["number"])
    asked = platform.asks("XY-1")["case"]
    assert "supply" in [step["action"] for step in asked["steps"]]
    photo = {"kind": "performance_proof", "name": "整改.png", "content": base64.b64encode(png(90)).decode()}
    platform.sends("materials", {"application": "XY-1", "materials": [photo]}, serial="XY-2")
    assert platform.asks("XY-1")["case"]["state"] == "submitted"
    assert platform.asks("XY-2")["case"]["number"] == case["number"]
    for who, what, more in (
        (life.env.acceptor, "受理", {}),
        (life.env.examiner, "提交核查意见", {"逐项核查修复条件": "具备"}),
        (life.env.reviewer, "拟准予修复", {"意见": "符合修复条件，拟准予修复。"}),
        (life.env.decider, "准予修复", {"理由（写入文书）": "经审查，符合修复条件，准予修复。"}),
    ):
        who.presses(case["number"], what, more)
    life.worker.runs()
    life.worker.presses_letters()
    done = platform.asks("XY-1")["case"]
    assert done["outcome"] == "granted"
    letters = {one["title"]: one for one in done["letters"]}
    pdf = platform.gets(letters["信用修复决定书"]["pdf"]).get_data()
    assert pdf.startswith(b"%PDF")
    life.sound()


def test_a_message_is_taken_once_and_another_under_its_serial_never(life: TownLife) -> None:
    platform, number = Platform(life), life.record()
    message = platform.message("application", repair(life, record={"number": number}), serial="XY-1")
    first = platform.posts(message).get_json()
    before = counted(life)
    again = platform.posts(message)
    assert (again.status_code, again.get_json()["duplicate"], again.get_json()["receipt"]) == (
        200,
        True,
        first["receipt"],
    )
    other = {**message, "sequence": f"{99:019d}"}
    assert platform.posts(other).status_code == 409
    late = platform.message("application", repair(life, record={"number": number}), sequence=f"{0:019d}")
    assert platform.posts(late).status_code == 409
    assert counted(life) == before


def counted(life: TownLife) -> list[int]:
    tables = (cases, record, inbound_message, material, event, held_row, row_change)
    with life.town.db.read() as tx:
        return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_stranger_learns_and_changes_nothing(life: TownLife) -> None:
    platform, number = Platform(life), life.record()
    message = platform.message("application", repair(life, record={"number": number}))
    body, now, before = json.dumps(message).encode(), times.now(), counted(life)
    site = life.platform.secrets["site"]
    own = signing.signed(platform.secret, message["id"], now, body)
    tried: dict[str, tuple[str, dict[str, str], bytes]] = {
        "no signature": ("province", {}, body),
        "another key": ("province", signing.signed(signing.new_secret(), message["id"], now, body), body),
        "another platform's": ("province", signing.signed(site, message["id"], now, body), body),
        "may not send": ("site", signing.signed(site, message["id"], now, body), body),
        "old": ("province", signing.signed(platform.secret, message["id"], now - 2 * signing.TOLERANCE, body), body),
        "altered": ("province", own, body.replace(b'"repair"', b'"objection"')),
        "another id": ("province", {**own, "webhook-id": "SN-2"}, body),
        "nobody": ("nobody", own, body),
    }
    for how, (code, headers, sent) in tried.items():
        path = f"/inbound/{code}/messages"
        answer = platform.web.post(path, data=sent, headers=headers, content_type="application/json")
        assert answer.status_code == 401, how
        assert "没有登记为可以来文的平台" in answer.get_json()["detail"], how
    assert counted(life) == before
    assert platform.posts(message).status_code == 200  # the very message, by its platform
    switched_off = targets_off(life)
    assert platform.posts(message).status_code == 401, switched_off


def targets_off(life: TownLife) -> str:
    """Afterwards the platform is switched off: it sends nothing any more."""
    with life.town.db.begin() as tx:
        tx.execute(update(target).where(target.c.code == "province").values(active=False))
    return "switched off"


def test_what_a_platform_filed_another_cannot_read(life: TownLife) -> None:
    platform, number = Platform(life), life.record()
    platform.sends("application", repair(life, record={"number": number}), serial="XY-1")
    other = Platform(life, code="site")
    other.gets("/inbound/site/messages/XY-1", 404)
    other.gets("/inbound/province/messages/XY-1", 401)
    other.sends("step", {"application": "XY-1", "action": "withdraw", "reason": "撤回"}, 422)
    # the same serial of another platform is another message
    said = other.sends("application", repair(life, record={"number": number}), 422, serial="XY-1")
    assert said["reasons"][0]["code"] == "no_duplicate_pending"


CODE = "91110000802100433B"
REPAIR = {"procedure": "repair", "subject": CODE}
UNFIT: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("nothing", {}, "没有这种报文"),
    ("application", {}, "procedure：没有填写"),
    ("application", REPAIR, "record：请写明失信信息编号"),
    ("application", {"procedure": "repair"}, "subject：没有填写"),
    ("application", {"procedure": "repair", "subject": "1"}, "subject：格式不符"),
    ("application", {**REPAIR, "extra": 1}, "extra：没有这个字段"),
    ("application", {**REPAIR, "inputs": []}, "inputs：类型不符"),
    ("application", {"procedure": "nothing", "subject": CODE}, "没有名为 nothing 的程序"),
    ("application", {**REPAIR, "materials": [{"kind": "proof", "name": "a", "content": "没有"}]}, "不是 Base64"),
    ("application", {**REPAIR, "materials": [{"kind": "proof", "name": "a.pdf", "content": "YWJj"}]}, "a.pdf"),
    ("step", {"application": "XY-9", "action": "supply"}, "没有这个流水号的申请"),
    ("materials", {"application": "XY-9", "materials": []}, "没有内容"),
    ("records", {"rows": []}, "没有内容"),
    ("records", {"rows": [{"名": "云溪"}]}, "没有找到表头"),
    ("annulment", {"record": {}, "ground": "court", "document": "判决", "day": "2026-05-01", "reason": "撤销"}, "请写明 number"),
    (
        "annulment", {"record": {"number": "SX-1"}, "ground": "court", "document": "判决", "day": "2026-02-31", "reason": "撤销"},
        "没有这一天",
    ),
    ("application", {**REPAIR, "procedure": "revocation"}, "由单位自行办理，当事人不能申请"),
)  # fmt: skip


def test_what_does_not_fit_is_refused_with_its_reason_and_changes_nothing(life: TownLife) -> None:
    platform = Platform(life)
    for kind, data, why in UNFIT:
        said = platform.sends(kind, data, 422)
        assert said["result"] == "refused"
        assert why in "；".join(one["text"] for one in said["reasons"]), said
    with life.town.db.read() as tx:
        assert tx.execute(select(func.count()).select_from(cases)).scalar_one() == 0
        assert tx.execute(select(inbound_message.c.state)).scalars().all() == ["refused"] * len(UNFIT)
    life.centre.registrar.opens("/desk/inbound?state=refused")
    life.centre.registrar.reads("没有这种报文")
    life.sound()


BROKEN: tuple[dict[str, Any], ...] = (
    {"specversion": "0.3"}, {"id": "带空格 的"}, {"id": "x" * 61}, {"sequence": "minus"}, {"partitionkey": ""},
    {"id": "."}, {"id": ".."}, {"type": "cn.other.application"}, {"data": []}, {"data": {"procedure": "a\0b"}}, {"sequence": "9" * 19},
)  # fmt: skip


def test_what_is_no_message_is_refused_and_kept_nowhere(life: TownLife) -> None:
    platform = Platform(life)
    for change in BROKEN:
        sent = {**platform.message("application", {}, serial="SN-0001"), **change}
        answer = platform.posts(sent, key=str(sent["id"]) if str(sent["id"]).strip(".") == "" else "SN-0001")
        assert answer.status_code == 400, (change, answer.get_json())
    whole = json.dumps(platform.message("application", {}, serial="x"))  # whose signature holds, too
    for body in (
        *(whole.encode(code) for code in ("utf-16-le", "utf-32-be", "utf-8-sig")),
        b"",
        b"[]",
        b'{"id": 1, "id": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"sequence": 1' + b"0" * 400 + b"}",
    ):
        headers = signing.signed(platform.secret, "x", times.now(), b"")
        headers = {**headers, "webhook-signature": signature(platform.secret, body)}
        found = platform.web.post(
            "/inbound/province/messages", data=body, headers=headers, content_type="application/json"
        )
        assert found.status_code in (400, 401)
    with life.town.db.read() as tx:
        assert tx.execute(select(func.count()).select_from(inbound_message)).scalar_one() == 0


def test_the_sandbox_sends_every_kind_and_every_fault(life: TownLife, tmp_path: Path) -> None:
    platform, number = Platform(life), life.record()
    life.worker.runs()  # the sandbox shows the record, and speaks of it
    site = Site("http://localhost", ("province",), httpx2.WSGITransport(app=life.app))
    web = make_sandbox(life.platform.path, {"province": platform.secret}, site=site).test_client()
    expected = {
        "": {200, 202, 422}, "bad_signature": {401}, "altered": {401}, "old": {401}, "other_id": {400}, "not_json": {400},
        "incomplete": {422}, "repeated": {200, 202, 422}, "used_serial": {409},
    }  # fmt: skip
    assert set(expected) == set(FAULTS)
    answered: dict[str, list[int]] = {}
    for fault in expected:
        before = len(sent_rows(life))
        assert web.post("/inbound", data={"code": "province", "kind": "all", "fault": fault}).status_code == 303
        answered[fault] = [row.status for row in sent_rows(life)[: len(KINDS)]]
        assert len(sent_rows(life)) == before + len(KINDS)
    assert all(set(answered[fault]) <= expected[fault] for fault in expected), answered
    assert answered[""][-1] == 200  # the objection about what the sandbox shows is taken
    page = web.get("/inbound").get_data(as_text=True)
    assert "来文演练" in page
    assert number in str([row.body for row in sent_rows(life)])
    assert web.post("/inbound", data={"code": "site", "kind": "all", "fault": ""}).status_code == 400
    life.sound()


def sent_rows(life: TownLife) -> Any:
    """What the sandbox sent, newest first."""
    with life.platform.app.extensions["sandbox_store"].read() as tx:
        return store.sent_before(tx, "province", 500)


def signature(secret: str, body: bytes) -> str:
    """The signature over bytes that are no text, where one can be made."""
    try:
        return signing.signed(secret, "x", times.now(), body)["webhook-signature"]
    except UnicodeDecodeError:
        return "v1,none"


def test_whom_nobody_knows_waits_for_a_person_who_says_who_it_is(life: TownLife) -> None:
    platform, number = Platform(life), life.record()
    about = {"doc_no": "溪环罚〔2026〕999号", "subject": life.uscc()}
    said = platform.sends("application", repair(life, record=about), 202, serial="XY-1")
    assert said["result"] == "pending"
    centre = life.centre
    centre.registrar.opens("/desk/inbound")
    centre.registrar.reads("XY-1", "没有找到报文所说的信息")
    centre.registrar.follows("申请、异议等（申请人在平台提出，平台已核验身份）")
    centre.registrar.reads("溪环罚〔2026〕999号", "缴款书.png")
    decides(centre.registrar, "accept", record="SX-2026-999999", reason="文号写错一位，经与平台核对")
    centre.registrar.reads("没有找到报文所说的信息")  # still waits
    assert platform.asks("XY-1")["result"] == "pending"
    decides(centre.registrar, "accept", record=number, reason="")
    centre.registrar.reads("请填写“理由”")
    decides(centre.registrar, "accept", record=number, reason="文号写错一位，经与平台核对")
    centre.registrar.reads("已按来文办理")
    assert platform.asks("XY-1")["case"]["state"] == "submitted"
    other = platform.sends("application", repair(life, record={**about, "doc_no": "甲字第1号"}), 202, serial="XY-2")
    assert other["result"] == "pending"
    centre.registrar.opens("/desk/inbound")
    centre.registrar.follows("申请、异议等（申请人在平台提出，平台已核验身份）")
    decides(centre.registrar, "refuse", reason="没有这一处罚，请申请人核对")
    assert platform.asks("XY-2")["reasons"] == [{"code": "office", "text": "没有这一处罚，请申请人核对"}]
    with life.town.db.read() as tx:
        assert not [one for one in tx.execute(select(inbound_message.c.body)).scalars() if one is not None]
    life.sound()


def test_an_application_is_made_from_the_guide_alone(life: TownLife) -> None:
    """As a platform's programmer makes it, who has the guide as data and nothing else of the procedure."""
    number, platform = life.record(), Platform(life)
    asks = platform.web.get("/guides/repair.json").get_json()["asks"]
    plain = {"date": str(life.town.today), "text": "宋远山", "long_text": "已全部整改。", "boolean": "true"}
    inputs = {one["name"]: plain[one["kind"]] for one in asks["inputs"] if one["required"]}
    content = base64.b64encode(png()).decode()
    files = [
        {"kind": one["kind"], "name": f"{one['label']}.png", "content": content}
        for one in asks["materials"]
        if one["filed"] and one["required"]
    ]
    data = {
        "procedure": "repair",
        "subject": life.uscc(),
        "record": {"number": number},
        "inputs": inputs,
        "materials": files,
    }
    assert (inputs != {}, files != []) == (True, True)
    assert platform.sends("application", data)["result"] == "taken"


def test_the_files_of_a_message_are_seen_before_it_is_settled(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    life.record()
    platform = Platform(life)
    platform.sends(
        "application", repair(life, record={"doc_no": "不在这里〔2026〕1号", "subject": life.uscc()}), 202, "XY-1"
    )
    clerk = life.centre.registrar
    clerk.opens("/desk/inbound")
    clerk.follows("申请、异议等（申请人在平台提出，平台已核验身份）")
    message = clerk.where
    clerk.follows("缴款书.png")
    clerk.reads("第 1 页，共 1 页", "放大")
    assert 'src="data:image/jpeg;base64,' in clerk.html
    where = clerk.where
    clerk.follows("放大")
    answer = clerk.client.get(clerk.page.links["下载原件"])
    assert (answer.data, answer.mimetype) == (png(), "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for path in (where, f"{where}/original"):
        assert life.env.examiner.client.get(path).status_code == 404  # another office's message
        assert life.company.client.get(path).status_code == 403
        assert life.stranger.client.get(path).status_code in (302, 303)
    for place in ("0", "2", "99999999999999999999"):
        clerk.opens(f"{message}/files/{place}", status=404)
    with monkeypatch.context() as patch:
        patch.setattr(inbound_file.uploads, "examine", unsound)
        clerk.opens(where)
        clerk.reads("按来文办理时不会收下这份材料：文件不完整")
        assert "下载原件" not in clerk.page.links
        clerk.opens(f"{where}/original", status=404)
    clerk.opens(message)
    decides(clerk, "refuse", reason="没有这一处罚，请申请人核对")
    clerk.opens(where, status=404)  # what it brought is gone with it
    clerk.reads("来文已经处理")


def unsound(content: bytes, _: int) -> uploads.Taken:
    assert content
    raise uploads.BadUpload("文件不完整。")


def decides(officer: Officer, decision: str, **typed: str) -> None:
    """The form of a message, sent by one of its two buttons."""
    form = officer.page.form("按来文办理")
    assert form is not None, officer.page.text
    officer.posts(form.action, {**form.filled({}), **typed, "decision": decision})


def test_records_come_in_are_annulled_by_two_and_never_overwritten(life: TownLife) -> None:
    platform = Platform(life, "ENV")
    row = {**ROW, "行政相对人代码_1（统一社会信用代码）": life.uscc()}
    faulty = {**row, "行政处罚决定书文号": "溪环罚〔2026〕62号", "处罚决定日期": "2026-02-30"}
    said = platform.sends("records", {"rows": [row, faulty]}, serial="R-1")
    assert [one["result"] for one in said["rows"]] == ["entered", "refused"]
    assert said["rows"][1]["reasons"] == ["处罚决定日期：没有这一天，请核对"]
    life.worker.runs()
    with life.town.db.read() as tx:
        number, state = tx.execute(select(record.c.number, record.c.state)).one()
    assert state == "published"
    spelled = {**row, "行政处罚决定书文号": "溪环罚[2026]61号"}
    assert platform.sends("records", {"rows": [spelled]})["rows"][0]["result"] == "known"
    asked = platform.sends(
        "correction",
        {"row": {"CF_WSH": DOCUMENT, "CF_XDR_SHXYM": life.uscc(), "CF_NR_FK": "2"}, "reason": "录入错误"},
        202,
    )
    assert "更正" in asked["reasons"][0]["text"]
    undone = {"ground": "court", "document": "（2026）苏0830行初12号", "day": "2026-05-20", "reason": "判决撤销"}
    about = {"doc_no": DOCUMENT, "subject": life.uscc()}
    platform.sends("annulment", {"record": about, **undone}, serial="A-1")
    life.env.head.opens("/desk/held")
    life.env.head.reads("（2026）苏0830行初12号", "province来文")
    said = platform.sends("annulment", {"record": about, **undone}, 422)
    assert "已在待核对中" in said["reasons"][0]["text"]
    foreign = life.record(office_code="MARKET")
    assert platform.sends("annulment", {"record": {"number": foreign}, **undone}, 202)["result"] == "pending"
    assert number != foreign
    life.env.head.opens("/desk/held")
    item = re.findall(r'name="item" value="(\d+)"', life.env.head.html)[0]
    life.env.head.posts(
        "/desk/held",
        {"item": item, "decision": "refuse", "reason": "判决尚未生效", "csrf_token": life.env.head._token()},
    )
    assert platform.asks("A-1")["looked_at"] == [{"row": 1, "state": "refused", "reason": "判决尚未生效"}]
    headed = {"行政处罚决定书文号": DOCUMENT, "统一社会信用代码": life.uscc(), "罚款金额（万元）": "2"}
    assert platform.sends("correction", {"row": headed, "reason": "录入错误"}, 202, serial="C-1")["result"] == "pending"
    missing = {"CF_WSH": "甲字第1号", "CF_XDR_SHXYM": life.uscc()}
    platform.sends("correction", {"row": missing, "reason": "录入错误"}, 202, serial="C-2")
    case = life.town.file_objection(number)
    other = life.town.file_repair(life.record())
    clerk = life.env.acceptor
    for serial, typed, told in (
        ("C-2", case, "不在档"),
        ("C-1", other, "异议办件的编号"),
        ("C-1", case, "已按来文办理"),
    ):
        clerk.opens("/desk/inbound")
        clerk.opens(next(path for path in links(clerk.html) if serial in clerk.opens(path)))
        decides(clerk, "accept", case=typed, reason="已立案")
        clerk.reads(told)
    assert platform.asks("C-1")["case"]["number"] == case
    life.sound()


def links(html: str) -> list[str]:
    return re.findall(r'href="(/desk/inbound/\d+)"', html)


def test_each_row_is_answered_in_its_place(life: TownLife) -> None:
    platform = Platform(life, "ENV")
    row = {**ROW, "行政相对人代码_1（统一社会信用代码）": life.uscc()}
    rows = [{"行政相对人名称": "合计"}, {}, row, {"行政相对人名称": "填表人：张三"}]
    said = platform.sends("records", {"rows": rows})["rows"]
    assert [(one["row"], one["result"]) for one in said] == [
        (1, "refused"),
        (2, "refused"),
        (3, "entered"),
        (4, "refused"),
    ]
    assert all(one["reasons"] for one in said if one["result"] == "refused")


def test_nobody_files_for_another_and_no_letter_of_another_case_is_given(life: TownLife) -> None:
    platform, number, foreign = Platform(life), life.record(), life.record(company="hengtuo")
    for about in ({"record": {"number": foreign}}, {"record": {"number": foreign, "subject": life.uscc()}}):
        assert platform.sends("application", repair(life, **about), 202)["result"] == "pending"
    registrar = life.centre.registrar
    registrar.opens("/desk/inbound")
    registrar.opens(links(registrar.html)[0])
    decides(registrar, "accept", record=foreign, reason="认定")
    registrar.reads("没有找到报文所说的信息")
    own = life.company.repairs(number)
    life.env.acceptor.presses(own, "受理")
    life.worker.runs()
    life.worker.presses_letters()
    with life.town.db.read() as tx:
        token = (
            tx.execute(select(letter.c.token).join(cases, cases.c.id == letter.c.case_id).where(cases.c.number == own))
            .scalars()
            .first()
        )
    platform.sends("application", repair(life, record={"number": life.record()}), serial="XY-9")
    platform.gets(f"/inbound/province/messages/XY-9/letters/{token}.pdf", 404)
    with life.town.db.read() as tx:
        assert {
            row.channel for row in tx.execute(select(cases)) if row.subject_id != life.town.case(own).subject_id
        } == set()


def test_a_step_of_an_application_that_waits_waits_too(life: TownLife) -> None:
    platform = Platform(life)
    about = {"doc_no": "甲字第1号", "subject": life.uscc()}
    platform.sends("application", repair(life, record=about), 202, serial="XY-1")
    said = platform.sends("step", {"application": "XY-1", "action": "withdraw", "reason": "不再申请"}, 202)
    assert "原申请还在待处理" in said["reasons"][0]["text"]
    for serial in ("A/1", "A?1", "A 1", "A%41"):
        assert platform.posts(platform.message("step", {}, serial=serial)).status_code == 400


def test_the_application_of_the_guide_is_taken(life: TownLife) -> None:
    """Only whom and what it is about, and the bytes, are put in."""
    number, platform = life.record(), Platform(life)
    about = {"doc_no": life.town.of_record(number).document_number, "subject": life.uscc()}
    (told,) = re.findall(
        r"```json\n(\{\"procedure\".*?)```", (ROOT / "docs" / "exchange.md").read_text("utf-8"), re.DOTALL
    )
    data = json.loads(told)
    assert set(data["record"]) == set(about)
    (file,) = data["materials"]
    data |= {"subject": life.uscc(), "record": about}
    data["materials"] = [{**file, "content": base64.b64encode(png()).decode()}]
    assert platform.sends("application", data)["result"] == "taken"
    asks = {name: platform.web.get(f"/guides/{name}.json").get_json()["asks"] for name in ("objection", "commitment")}
    assert asks["objection"]["kinds"] == {}
    assert asks["commitment"]["kinds"]["voluntary"] == "主动承诺"


def test_the_example_sender_is_short_and_works(life: TownLife, tmp_path: Path) -> None:
    platform, number = Platform(life), life.record()
    data = tmp_path / "application.json"
    data.write_text(json.dumps(repair(life, record={"number": number})), encoding="utf-8")
    with served(life.app) as port:
        site = (f"http://127.0.0.1:{port}", platform.code, platform.secret)
        sent = sender(*site, "send", "application", str(data), "XY-1", "1")
        asked = sender(*site, "ask", "XY-1")
    assert len(SENDER.read_text(encoding="utf-8").splitlines()) <= 60
    assert sent.startswith("200 "), sent
    assert json.loads(asked.removeprefix("200 "))["case"]["state"] == "submitted"


SENDER = ROOT / "docs" / "examples" / "sender.py"


def sender(*words: str) -> str:
    """What the example prints, at this moment of the town."""
    run = f"import runpy, sys, time; time.time = lambda: {times.now().timestamp()}; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0])"
    done = subprocess.run(
        [sys.executable, "-c", run, str(SENDER), *words], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_every_schema_is_published_and_names_its_kind(life: TownLife) -> None:
    life.stranger.opens("/exchange")
    life.stranger.reads("平台来文", *(INBOUND_PREFIX + kind for kind in KINDS))
    for kind in KINDS:
        found = json.loads(life.stranger.downloads(f"/exchange/schemas/{schema_name(kind)}"))
        assert found == json.loads(json.dumps(schema(kind)))
        assert found["properties"]["type"]["const"] == INBOUND_PREFIX + kind
