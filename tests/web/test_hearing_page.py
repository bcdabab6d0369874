"""The page of a case's hearing: what is wrong with one of its forms stands at that form, once, with what was typed into it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.records import material
from tests.casework.test_assignment import send
from tests.casework.test_meetings import hearing
from tests.conftest import Clock
from tests.support.building import Town, png
from tests.web.desk_visit import Officer, make


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


@pytest.mark.parametrize(
    ("step", "typed", "field", "said"),
    [
        ("hearing/cancel", {"reason": " "}, "cancel-reason", "理由"),
        ("hearing/cancel", {"reason": "长" * 2001}, "cancel-reason", "长" * 2001),
        ("hearing", {"place": "三楼听证室", "minutes": "60"}, "book-starts_at", "三楼听证室"),
        ("hearing", {"reason": "当事人在外地。"}, "book-starts_at", "当事人在外地。"),
    ],
)
def test_a_fault_stands_at_the_form_that_was_sent(
    app: Flask, town: Town, step: str, typed: dict[str, str], field: str, said: str
) -> None:
    case = town.file_repair()
    send(town, hearing(town, case))
    officer = Officer(app, town, "examiner@ENV")
    officer.get(f"/desk/cases/{case}/hearing")
    assert officer.post(f"/desk/cases/{case}/{step}", typed).status_code == 422
    page = officer.text
    assert page.count(f'href="#{field}"') == 1
    assert (page.count(f'id="{field}"'), page.count(f'id="{field}-error"')) == (1, 1)
    assert said in page
    other = "book-reason" if field.startswith("cancel") else "cancel-reason"
    assert f'id="{other}-error"' not in page  # the reason of the other form is not the one that is wrong
    between = page[page.index(f'id="{other}"') :]
    assert 'value=""' in between[: between.index(">")]  # and has nothing of what was typed elsewhere


def test_a_fault_of_the_transcript_stands_at_its_field(app: Flask, town: Town, clock: Clock) -> None:
    case = town.file_repair()
    send(town, hearing(town, case))
    clock.travel(timedelta(days=12))
    officer = Officer(app, town, "examiner@ENV")
    assert "登记听证情况" in officer.get(f"/desk/cases/{case}")
    officer.get(f"/desk/cases/{case}/hearing")
    given = {"came": "held", "attended": "蒋一舟", "said": "处罚过重。", "outcome": "不予采纳。"}
    assert officer.post(f"/desk/cases/{case}/hearing/result", given).status_code == 422
    assert 'href="#result-transcript"' in officer.text
    assert 'id="result-transcript"' in officer.text
    assert "处罚过重。" in officer.text


def test_a_transcript_beyond_what_may_lie_here_loses_nothing_that_was_typed(
    app: Flask, town: Town, clock: Clock
) -> None:
    case = town.file_repair()
    send(town, hearing(town, case))
    clock.travel(timedelta(days=12))
    uploader = town.actor("examiner@ENV")
    large = materials.looked_at(SentFile("proof", "证明.png", png()), town.services.max_upload)
    with town.db.begin() as tx:
        token = materials.receive(tx, town.services.materials, uploader, large, now=town.now)
        tx.execute(
            update(material).where(material.c.token == token).values(size=town.settings.unclaimed_person_mib * 2**20)
        )
    officer = Officer(app, town, "examiner@ENV")
    officer.get(f"/desk/cases/{case}/hearing")
    given = {"came": "held", "attended": "蒋一舟", "said": "处罚过重。", "outcome": "不予采纳。"}
    sent = {**given, "transcript": (io.BytesIO(png()), "笔录.png")}
    assert officer.post(f"/desk/cases/{case}/hearing/result", sent).status_code == 422
    assert "尚未提交的材料已经过多" in officer.text
    assert 'href="#result-transcript"' in officer.text
    assert "处罚过重。" in officer.text
