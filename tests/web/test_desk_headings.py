"""An office matches its own headings once: the file that nobody could read leads there, later files are read by it, and it is undone."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.records import event, import_run, office_heading
from tests.support.building import Town
from tests.web.desk_visit import Officer, make
from tests.web.test_desk_imports import plain_csv, send, worked

pytestmark = pytest.mark.either_database

PAGE = "/desk/imports/headings"


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def under(**headings: str) -> bytes:
    """A sound file in which these columns stand under headings of the office's own."""
    rows = list(csv.reader(io.StringIO(plain_csv(2).decode())))
    out = io.StringIO()
    csv.writer(out).writerows([[headings.get(cell, cell) for cell in rows[0]], *rows[1:]])
    return out.getvalue().encode()


OWN = {"行政处罚决定书文号": "立案文书", "处罚决定日期": "裁决日"}


def match(officer: Officer, run: str = "", office: str = "ENV", **fields: str) -> int:
    """The form of the page, filled in and sent; the status of the answer."""
    data = {"office": office, "run": run, "heading": list(fields), "field": list(fields.values())}
    return officer.post(PAGE, data).status_code


def test_headings_of_an_office_are_matched_once(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, under(**OWN))
    worked(town)
    page = officer.get(run)
    assert "缺少必需的列" in page
    token = run.rsplit("/", 1)[1]
    assert f"{PAGE}?run={token}" in page
    page = officer.get(f"{PAGE}?run={token}")
    assert 'value="立案文书"' in page
    assert 'value="裁决日"' in page
    # nothing chosen, a column twice, an amount in 元, a heading everybody knows, a column that is none: told, nothing kept
    for fields, told in (
        ({"立案文书": ""}, "至少为一个表头选择"),
        ({"立案文书": "CF_WSH", "裁决日": "CF_WSH"}, "一列只能由一个表头对应"),
        ({"罚没数（元）": "CF_NR_FK"}, "以元为单位"),
        ({"案由": "CF_SY"}, "本来就认识"),
        ({"立案文书": "CF_NONE"}, "对应的列不存在"),
        ({"很长" * 41: "CF_WSH"}, "超过 80 字"),
        ({"㍿" * 30: "CF_WSH"}, "超过 80 字"),  # 30 marks that are written out as 120
        ({"立案文书": "CF_WSH", "立案 文书": "CF_JDRQ"}, "“立案 文书”与“立案文书”是同一个表头"),
    ):
        assert match(officer, token, **fields) == 422, fields
        assert told in officer.text, fields
    assert match(officer, token, office="MARKET", 立案文书="CF_WSH") == 422  # no office of theirs
    assert town.all(select(office_heading)) == []
    assert match(officer, token, 立案文书="CF_WSH", 裁决日="CF_JDRQ") == 303
    kept = town.all(select(office_heading))
    assert [(row.heading, row.field, row.office_id) for row in kept] == [
        ("立案文书", "CF_WSH", town.offices["ENV"]), ("裁决日", "CF_JDRQ", town.offices["ENV"]),
    ]  # fmt: skip
    [said] = town.all(select(event).where(event.c.action == "match_headings"))
    assert said.stream == "office/ENV"
    # the same file goes on, and the next one is read at once, with other brackets and blanks
    officer.get(run)
    assert officer.post(f"{run}/resume").status_code == 303
    worked(town)
    assert "确认后写入 2 行" in officer.get(run)
    again = send(officer, under(**{name: f" {own}* " for name, own in OWN.items()}))
    worked(town)
    assert "确认后写入 2 行" in officer.get(again)
    # another office reads nothing by it, and takes nothing back
    other = Officer(app, town, "provider@MARKET")
    other.get(PAGE)
    assert match(other, office="MARKET", 裁决日="CF_YXQ") == 303
    other.get(PAGE)
    assert other.post(f"{PAGE}/{kept[0].id}/forget").status_code == 404
    # a column is matched to another heading only after the first is taken back
    officer.get(PAGE)
    assert match(officer, 决定文书="CF_WSH") == 422
    assert officer.post(f"{PAGE}/{kept[0].id}/forget").status_code == 303
    assert officer.post(f"{PAGE}/{kept[0].id}/forget").status_code == 404
    officer.get(PAGE)
    assert match(officer, 决定文书="CF_WSH") == 303
    [run_row] = town.all(select(import_run).where(import_run.c.token == token))
    assert run_row.state == "checked"
    town.sound()


def test_headings_nobody_needs_are_named_where_the_file_is_read(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "provider@ENV")
    run = send(officer, under(备注="罚没合计"))
    worked(town)
    assert "1 个表头不认识：罚没合计" in officer.get(run)
    run = send(officer, "甲列,乙列,丙列,丁列\n1,2,3,4\n".encode())
    worked(town)
    assert "4 个表头不认识：甲列、乙列、丙列、丁列" in officer.get(run)
    agent = Officer(app, town, "yunxi")
    agent.get("/")
    assert agent.client.get(PAGE).status_code in (403, 404)
    assert match(agent, 甲列="CF_WSH") in (403, 404)
    assert town.all(select(office_heading)) == []
