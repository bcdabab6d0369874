"""The auditor's door: any case's history, what a change in it looks like, verification, bundle, and what witnesses read."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from repairflow.auditing import checkpoints, cosignatures, merkle
from repairflow.auditing.cosigning import Cosigner
from repairflow.auditing.notes import Verifier
from repairflow.casework import heartbeats
from repairflow.casework.queries.audit.case_events import history, masked
from repairflow.casework.queries.audit.witnesses import differs
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.audit import blueprint as audit
from repairflow.web.audit import views as audit_views
from repairflow.web.public import blueprint as public
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application, sign, signer, tamper, visit

AUDITOR = "auditor@CREDIT"
PAGES = ("/audit", "/audit/cases/{case}", "/audit/cases/{case}/bundle.zip")


@pytest.fixture
def app(town: Town) -> Flask:
    def doors(app: Flask) -> None:
        app.register_blueprint(audit.blueprint)
        app.register_blueprint(public.blueprint)

    return application(town, doors)


def test_only_auditors_get_in(town: Town, app: Flask) -> None:
    case = town.file_repair()
    for page in PAGES:
        path = page.format(case=case)
        assert app.test_client().get(path).status_code == 303
        for who in ("yunxi", "acceptor@ENV", "supervisor@CREDIT", "system_admin@CREDIT"):
            assert visit(app, town, who).get(path).status_code == 403, (path, who)
    assert visit(app, town, "acceptor@ENV").post("/audit/verification").status_code == 403


def test_the_history_of_a_case(town: Town, app: Flask) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    auditor = visit(app, town, AUDITOR)
    page = auditor.get(f"/audit/cases/{case}").get_data(as_text=True)
    for event in town.trail(case):
        assert event.digest in page
        assert event.actor_name in page
    assert "首尾相接" in page
    assert "等待排入审计日志" in page
    assert "具备（已核对）" in page  # the checklist in words, not in codes
    assert "minimum_period" not in page
    sign(town)
    page = auditor.get(f"/audit/cases/{case}").get_data(as_text=True)
    assert "日志第" in page
    assert "等待排入审计日志" not in page


def test_personal_values_are_masked_and_erased_ones_say_so(town: Town, app: Flask) -> None:
    case = town.file_repair(inputs={"commitment_signed_by": "宋远山"})
    auditor = visit(app, town, AUDITOR)
    page = auditor.get(f"/audit/cases/{case}").get_data(as_text=True)
    with town.db.read() as tx:
        kept = history(tx, town.law, town.case(case))
    assert [value for _, value in kept[0].personal] == ["宋＊"]
    assert "宋＊" in page
    assert masked(None) == "已依法删除"
    assert masked("") == ""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET reason = '改过' WHERE action = 'propose_grant'", "各栏与正文不符"),
        ("UPDATE event SET digest = 'sha256:0' WHERE action = 'accept'", "正文与摘要不符"),
        ("UPDATE event SET seq = 9 WHERE action = 'propose_grant'", "序号不连续"),
        ("UPDATE cases SET chain_head = 'sha256:0'", "链首与最后一条留痕不符"),
    ],
    ids=["reason", "digest", "order", "head"],
)
def test_a_change_shows(town: Town, app: Flask, statement: str, said: str) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    sign(town)
    tamper(town, statement)
    auditor = visit(app, town, AUDITOR)
    assert said in auditor.get(f"/audit/cases/{case}").get_data(as_text=True)
    report = auditor.post("/audit/verification", data=token(auditor))
    assert report.status_code == 200
    assert "内容可能被改动" in report.get_data(as_text=True)


def test_verification_of_what_is_sound_never_claims_more_than_it_knows(town: Town, app: Flask) -> None:
    town.file_repair()
    sign(town)
    auditor = visit(app, town, AUDITOR)
    page = auditor.post("/audit/verification", data=token(auditor)).get_data(as_text=True)
    assert "内部一致；尚无外部见证" in page


def test_verification_of_too_much_is_left_to_the_command_line(
    town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repairflow.web.audit.views.MOST_EVENTS", 1)
    town.file_repair()
    auditor = visit(app, town, AUDITOR)
    answer = auditor.post("/audit/verification", data=token(auditor))
    assert answer.status_code == 503
    assert "repairflow audit verify" in answer.get_data(as_text=True)


def test_the_home_finds_cases_and_shows_the_log(town: Town, app: Flask) -> None:
    case = town.file_repair()
    auditor = visit(app, town, AUDITOR)
    assert "还没有检查点" in auditor.get("/audit").get_data(as_text=True)
    sign(town)
    page = auditor.get("/audit").get_data(as_text=True)
    assert case in page
    assert town.one(text("SELECT root FROM checkpoint")).root in page
    assert auditor.get(f"/audit?q={case.lower()}").location.endswith(f"/audit/cases/{case}")
    assert "没有找到办件" in auditor.get("/audit?q=不存在").get_data(as_text=True)
    assert auditor.get("/audit/cases/XF-2026-999999").status_code == 404


def test_a_later_page_leads_back_to_the_first(town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_views, "PAGE", 1)
    town.file_repair()
    town.file_repair()
    auditor = visit(app, town, AUDITOR)
    first = auditor.get("/audit").get_data(as_text=True)
    assert "回到第一页" not in first
    later = re.search(r'href="(/audit/?\?after=[^"]+)"', first)
    assert later
    assert "回到第一页" in auditor.get(unescape(later.group(1))).get_data(as_text=True)


def test_the_bundle_verifies_without_us(town: Town, app: Flask, tmp_path: Path) -> None:
    case = town.file_repair()
    auditor = visit(app, town, AUDITOR)
    assert auditor.get(f"/audit/cases/{case}/bundle.zip").status_code == 503  # nothing signed yet
    sign(town)
    answer = auditor.get(f"/audit/cases/{case}/bundle.zip")
    assert answer.mimetype == "application/zip"
    answer.headers["Content-Disposition"].encode("latin-1")  # what a server can send
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(tmp_path)
    key = app.test_client().get("/audit/key").get_data(as_text=True).strip()
    done = subprocess.run([sys.executable, "verify.py", "--key", key], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_what_witnesses_read_is_open_to_everybody(town: Town, app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.get("/audit/checkpoint").status_code == 404
    town.file_repair()
    sign(town)
    first = stranger.get("/audit/checkpoint")
    assert first.mimetype == "text/plain"
    key = Verifier.parse(stranger.get("/audit/key").get_data(as_text=True))
    old = key.open(first.get_data(as_text=True))
    town.file_repair()
    sign(town)
    new = key.open(stranger.get("/audit/checkpoint").get_data(as_text=True))
    answer = stranger.get(f"/audit/consistency?from={old.size}&to={new.size}").get_data(as_text=True)
    import base64

    proof = [base64.b64decode(item) for item in json.loads(answer)["proof"]]
    assert merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
    for query in ("", "?from=0&to=1", "?from=x&to=2", f"?from=1&to={new.size + 1}", "?from=-1&to=2", "?from=2&to=1"):
        assert stranger.get(f"/audit/consistency{query}").status_code == 422, query


def test_the_page_says_how_far_witnesses_cosigned(
    database: Database, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    witness, policy = Cosigner("w.example/1", bytes(32)), tmp_path / "policy"
    policy.write_text(f"witness w {witness} https://w.example\nquorum w\n")
    asked = cosignatures.Asked(witness.name, str(witness), "")
    town = Town(database, replace(settings, witness_policy=str(policy)))
    app = application(town, lambda app: app.register_blueprint(audit.blueprint))
    town.file_repair()
    sign(town)
    auditor, key = visit(app, town, AUDITOR), signer(town).verifier

    def cosigned() -> None:
        with town.db.begin() as tx:
            note = checkpoints.newest_note(tx) or ""
            line = witness.cosign(key.text(note), town.now)
            assert cosignatures.keep(tx, asked, key.open(note).size, note, line)

    def differed() -> None:
        with town.db.begin() as tx:
            heartbeats.put(tx, differs(asked), town.now)

    for happens, said in (
        (lambda: None, "还没有共签过"),
        (cosigned, "共签到第"),
        (differed, "与本日志不一致"),
        (lambda: policy.write_text("quorum"), "不符合 C2SP tlog-policy"),
    ):
        happens()
        assert said in auditor.get("/audit").get_data(as_text=True), said
    assert "w.example/1" in app.test_client().get("/audit/checkpoint").get_data(as_text=True)


def token(client: object) -> dict[str, str]:
    """The form token of the page a visitor is on."""
    page = client.get("/audit").get_data(as_text=True)  # type: ignore[attr-defined]  # a test client
    return {"csrf_token": page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]}
