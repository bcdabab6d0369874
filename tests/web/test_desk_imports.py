"""Imports on a page: checked first, confirmed by a person, worked off in the background; a dead process is told."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from repairflow import times
from repairflow.app.program import Program
from repairflow.app.worker import job_runner
from repairflow.casework import heartbeats
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_jobs, import_penalties
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.jobs import LEASE, MOST_FAILURES
from repairflow.db import Database
from repairflow.records import import_run, job, job_error, record
from repairflow.settings import Settings, asset
from repairflow.web.ui import csv as sheets
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

SAMPLES = asset("workflows") / "samples"


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def worked(town: Town) -> None:
    """A worker comes by and leaves nothing to do."""
    job_runner(Program(town.settings, town.db, town.services)).run_once(times.now())


def kept(town: Town) -> list[Path]:
    """Files that wait."""
    return list(town.settings.imports.iterdir())


def plain_csv(rows: int = 1, name: str = "恒拓建材有限公司") -> bytes:
    """A sound file: the sample's heading, and its first row under several numbers."""
    lines = (SAMPLES / "penalties.csv").read_text("utf-8-sig").splitlines()
    found = list(csv.reader(io.StringIO("\n".join(lines[:2]))))
    heading, row = found
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    for number in range(1, rows + 1):
        values = dict(zip(heading, row, strict=True))
        values |= {
            "行政相对人名称": name, "行政处罚决定书文号": f"溪环罚〔2026〕{number}号", "处罚机关": "云溪县生态环境局",
            "处罚机关统一社会信用代码": "",
        }  # fmt: skip
        writer.writerow(values.values())
    return out.getvalue().encode()


def send(officer: Officer, content: bytes, name: str = "处罚.csv", office: str = "ENV") -> str:
    """A file uploaded; the address of its run."""
    officer.get("/desk/imports")
    answer = officer.post(
        "/desk/imports", {"office": office, "file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, officer.text[:500]
    return str(answer.location)


def test_checked_then_confirmed_then_in_the_files(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv(3))
    worked(town)
    page = officer.get(run)
    assert "确认后写入 3 行" in page
    assert town.all(record.select()) == []  # nothing is written before somebody says so
    assert officer.post(f"{run}/confirm").status_code == 303
    worked(town)
    assert "导入完成，新增 3 行" in officer.get(run)
    rows = town.all(record.select())
    assert [row.provider_id for row in rows] == [town.offices["ENV"]] * 3
    assert "已导入" in officer.get("/desk/imports")
    assert not kept(town)  # the file holds personal numbers: it is gone
    town.sound()


def test_a_table_may_be_larger_than_any_other_file(database: Database, settings: Settings, clock: Clock) -> None:
    town = Town(database, replace(settings, max_upload_mib=1, max_import_mib=2))
    officer = Officer(make(town), town, "provider@ENV")
    for rows, status in ((3500, 303), (7000, 422), (12000, 413)):  # 1.2, 2.4 and 4.1 MB
        officer.get("/desk/imports")
        # written out here: the test client would keep a temporary file open for so much
        fields = {
            "office": "ENV",
            "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', officer.text)[0],
            'file"; filename="x.csv': plain_csv(rows).decode(),
        }
        parts = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in fields.items()
        )
        sent = officer.client.post(
            "/desk/imports", data=f"{parts}--b--\r\n".encode(), content_type="multipart/form-data; boundary=b"
        )
        assert sent.status_code == status, sent.text[:300]
    assert len(kept(town)) == 1


def test_again_nothing_is_new(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    worked(town)
    officer.get(run)
    officer.post(f"{run}/confirm")
    worked(town)
    run = send(officer, plain_csv())
    worked(town)
    assert "没有可以新增的行" in officer.get(run)


def test_confirmed_twice_imported_once(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    worked(town)
    officer.get(run)
    for _ in range(2):
        assert officer.post(f"{run}/confirm").status_code == 303
    worked(town)
    assert len(town.all(record.select())) == 1


@pytest.mark.parametrize("state", ["checking", "running", "done", "failed", "dropped"])
def test_only_a_run_that_waits_for_it_is_confirmed_or_given_up(app: Flask, town: Town, state: str) -> None:
    """Two people at once: whoever comes second moves nothing."""
    run = send(Officer(app, town, "provider@ENV"), plain_csv())
    worked(town)
    _mark(town, state=state)
    token = run.rpartition("/")[2]
    with town.db.begin() as tx:
        assert not import_jobs.confirm(tx, token, SYSTEM, town.now)
        assert not import_jobs.RUNS.drop(tx, token, town.now)
    assert town.one(import_run.select()).state == state


def test_every_fault_is_named_and_can_be_taken_away(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, (SAMPLES / "penalties-with-faults.csv").read_bytes(), "有错.csv")
    worked(town)
    page = officer.get(run)
    for words in ("问题清单", "校验码不符", "没有这一天", "与第 2 行重复", "320899***********3"):
        assert words in page, words
    assert "320899197911020013" not in page
    sheet = officer.client.get(f"{run}/problems.csv")
    assert sheet.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    assert rows[0] == ["行", "项目", "问题"]
    assert len(rows) > 20


def test_given_up(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    worked(town)
    officer.get(run)
    assert officer.post(f"{run}/drop").status_code == 303
    assert "已放弃" in officer.get(run)
    assert officer.post(f"{run}/confirm").status_code == 303
    worked(town)
    assert town.all(record.select()) == []
    assert not kept(town)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7", "a.pdf", "这是 PDF 文件"),
        (b"a,b\n1,2\n", "a.csv", "没有找到表头"),
        (b"PK\x03\x04 cut off", "a.xlsx", "无法读取"),
    ],
)
def test_a_file_that_is_none(app: Flask, town: Town, content: bytes, name: str, words: str) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, content, name)
    worked(town)
    page = officer.get(run)
    assert words in page
    assert "未完成" in page


@pytest.mark.parametrize(
    ("office", "content", "words"),
    [
        ("ENV", b"", "空文件"),
        ("MARKET", b"x", "请选择报送单位"),
        ("", b"x", "请选择报送单位"),
        ("ENV", None, "请选择要导入的文件"),
    ],
    ids=["empty", "foreign office", "no office", "no file"],
)
def test_a_bad_form_makes_no_run(app: Flask, town: Town, office: str, content: bytes | None, words: str) -> None:
    officer = Officer(app, town, "provider@ENV")
    officer.get("/desk/imports")
    data: dict[str, object] = {"office": office}
    if content is not None:
        data["file"] = (io.BytesIO(content), "a.csv")
    assert officer.post("/desk/imports", data, content_type="multipart/form-data").status_code == 422
    assert words in officer.text
    assert town.all(import_run.select()) == []


def test_a_foreign_run_is_absent(app: Flask, town: Town) -> None:
    run = send(Officer(app, town, "provider@ENV"), plain_csv())
    worked(town)
    other = Officer(app, town, "provider@MARKET")
    for path in (run, f"{run}/progress", f"{run}/problems.csv", "/desk/imports/none"):
        other.get(path, 404)
    other.get("/desk/imports")
    assert other.post(f"{run}/confirm").status_code == 404
    assert "处罚.csv" not in other.get("/desk/imports")


def test_auditors_do_not_import(app: Flask, town: Town) -> None:
    assert "您没有这样的岗位" in Officer(app, town, "auditor@CREDIT").get("/desk/imports", 403)


def test_progress_asks_again_until_there_is_another_page(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    waiting = officer.client.get(f"{run}/progress")
    assert "HX-Refresh" not in waiting.headers
    assert "等待后台处理" in waiting.text
    assert 'hx-trigger="every 1s"' in waiting.text
    _job(town, state="running")
    _mark(town, rows_done=20, rows_total=50)
    assert "已处理 20 / 50 行" in officer.client.get(f"{run}/progress").text
    _job(town, state="waiting")
    worked(town)
    assert officer.client.get(f"{run}/progress").headers["HX-Refresh"] == "true"


def test_where_no_worker_runs_the_page_says_so(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    assert "后台处理程序没有运行" in officer.get(run)
    with town.db.begin() as tx:
        heartbeats.show(tx, "node", times.now())
    assert "可以离开此页" in officer.get(run)


def test_stopped_before_anybody_began(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    officer.get(run)
    assert officer.post(f"{run}/stop").status_code == 303
    assert "已放弃" in officer.get(run)
    officer.post(f"{run}/stop")
    assert "没有需要停止的" in officer.get(run)
    worked(town)
    assert town.all(record.select()) == []


def test_stopped_and_continued_while_rows_come_in(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_penalties, "BATCH_SECONDS", 0)  # a row a batch
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv(5))
    worked(town)
    officer.get(run)
    officer.post(f"{run}/confirm")
    works, calls = import_penalties.enter, []

    def stops(*given: Any, **named: Any) -> int:
        calls.append(given)
        if len(calls) == 3:
            # what a person's press on another connection would write
            given[0].execute(update(job).where(job.c.state == "running").values(cancel_at=town.now))
        return works(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(import_penalties, "enter", stops)
        worked(town)
    page = officer.get(run)
    assert len(town.all(record.select())) == 2  # the batch at hand fell with the wish
    assert "已经写入的 2 行保留" in page
    assert "已停止" in officer.get("/desk/imports")
    officer.get(run)
    assert officer.post(f"{run}/resume").status_code == 303
    worked(town)
    assert "导入完成，新增 5 行" in officer.get(run)
    row = town.one(import_run.select())
    assert (row.rows_new, row.rows_same, row.rows_total) == (5, 0, 5)
    assert len(town.all(record.select())) == 5
    assert not kept(town)
    town.sound()


def test_a_run_whose_worker_was_killed_goes_on(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_penalties, "BATCH_SECONDS", 0)
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv(4))
    worked(town)
    officer.get(run)
    officer.post(f"{run}/confirm")
    works, calls = import_penalties.enter, []

    def dies(*given: Any, **named: Any) -> int:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt  # as good as a kill: nobody says anything to the database any more
        return works(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(import_penalties, "enter", dies)
        with pytest.raises(KeyboardInterrupt):
            worked(town)
    assert "正在导入" in officer.get(run)
    clock.travel(LEASE)
    worked(town)
    assert "导入完成，新增 4 行" in officer.get(run)
    found = town.one(job.select().where(job.c.kind == import_jobs.WRITE))
    assert (found.attempt, found.rescues) == (2, 0)  # it got further: that its worker vanished is forgotten
    assert "停止了工作" in town.one(job_error.select()).text
    town.sound()


def test_a_run_that_broke_is_tried_again_and_may_be_once_more(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())

    def breaks(*given: Any, **named: Any) -> None:
        raise OSError("320830199001011234")

    with monkeypatch.context() as patch:
        patch.setattr(import_penalties, "read_table", breaks)
        for _ in range(MOST_FAILURES):
            worked(town)
            clock.travel(timedelta(minutes=2))
    page = officer.get(run)
    assert "系统出现故障" in page
    assert "320830199001011234" not in page
    assert officer.post(f"{run}/resume").status_code == 303
    worked(town)
    assert "确认后写入 1 行" in officer.get(run)


def test_files_are_ours_alone_and_forgotten_after_a_day(app: Flask, town: Town, clock: Clock) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, plain_csv())
    worked(town)
    (path,) = kept(town)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    files = ImportFiles(town.services.imports)
    os.utime(path, (town.now.timestamp(), town.now.timestamp()))
    assert files.forget(times.now()) == 0
    assert files.forget(times.now() + timedelta(days=1, minutes=1)) == 1
    page = officer.get(run)
    assert "请重新上传" in page
    for step in ("confirm", "resume"):
        officer.post(f"{run}/{step}")
        assert "上传的文件已不在" in officer.get("/desk/imports")


@pytest.mark.parametrize("name", ["penalties.csv", "penalties.xlsx", "penalties-with-faults.csv"])
def test_samples_can_be_taken(app: Flask, town: Town, name: str) -> None:
    with Officer(app, town, "provider@ENV").client.get(f"/desk/imports/samples/{name}") as answer:
        assert answer.data == (SAMPLES / name).read_bytes()


def test_nothing_else_can_be_taken(app: Flask, town: Town) -> None:
    for name in ("../packs/CN-2026.toml", "README.md", "%2e%2e/x"):
        assert Officer(app, town, "provider@ENV").client.get(f"/desk/imports/samples/{name}").status_code == 404


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert sheets.table_cell(f'{start}HYPERLINK("http://x")').startswith("'")
    assert sheets.table_cell("平常的字") == "平常的字"
    assert sheets.table_cell(None) == ""


def _mark(town: Town, **values: object) -> None:
    with town.db.begin() as tx:
        tx.execute(update(import_run).values(**values))


def _job(town: Town, **values: object) -> None:
    with town.db.begin() as tx:
        tx.execute(update(job).values(**values))
