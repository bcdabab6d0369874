"""信用信息公示状况证明: what a subject stands for before the public at a moment, the same as a replay of the trail says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from repairflow.casework.changes import IssueCreditFile, IssueExtract
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.service import arrival, consent
from repairflow.casework.queries.records import status, status_replay
from repairflow.db import Database
from repairflow.errors import NotFound, Refused
from repairflow.records import letter, office, record, subject
from repairflow.records.rows import LetterRow
from repairflow.settings import Settings
from repairflow.web.api import blueprint as api
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application, tamper
from tests.support.every_kind import made
from tests.web.portal_visit import Visitor, make


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def issued(
    town: Town, who: str = "yunxi", about: str = "yunxi", paper: type[IssueExtract | IssueCreditFile] = IssueExtract
) -> LetterRow:
    with town.db.begin() as tx:
        token = dispatch(tx, town.services, paper(town.actor(who), town.subjects[about]), town.now)
    return LetterRow(*town.one(select(letter).where(letter.c.token == token)))


def replayed(town: Town, row: LetterRow) -> tuple[Any, bool | None]:
    with town.db.read() as tx:
        return status_replay.replay(tx, town.law, row), status_replay.agrees(tx, town.law, row.token)


def test_an_extract_says_what_a_replay_at_its_moment_says(town: Town) -> None:
    """Whatever becomes of the records afterwards, and whatever was not public then."""
    first = issued(town)
    assert status_replay.extract_of(first) == ([], [])
    kept, ends, hidden = town.record(), town.record(), town.record(kinds=("warning",), fine=None)
    disputed = town.file_objection(town.record(kinds=("stop_business", "fine"), fine="25"))
    town.do(disputed, "accept")
    listed = town.listed()
    second = issued(town)
    records, lists = status_replay.extract_of(second)
    assert {number for number, *_ in records} >= {kept, ends, listed}
    assert hidden not in str(records)
    assert [mark for *_, mark in records].count(status.DISPUTED) == 1
    assert [label for label, _ in lists] == ["严重失信主体名单"]
    text = " ".join(str(one) for one in second.content["paragraphs"])
    for words in ("2026年6月10日10时00分00秒", "严重失信主体名单", "异议处理中", town.of_record(kept).document_number):
        assert words in text, words

    granted = town.granted()  # another record comes, is repaired and gone
    town.at(date(2028, 1, 10))
    town.sweep()
    third = issued(town)
    assert status_replay.extract_of(third) != status_replay.extract_of(second)
    assert town.case(granted).record_id is not None
    for row in (first, second, third):
        assert replayed(town, row) == (status_replay.extract_of(row), True), row.number
    town.sound()


def test_what_was_changed_by_hand_differs(town: Town) -> None:
    number = town.record()
    row = issued(town)
    assert replayed(town, row)[1] is True
    kind = "TEXT" if town.db.is_sqlite else "JSONB"
    other = f"CAST(replace(CAST(content AS TEXT), '{number}', 'SX-2026-999999') AS {kind})"
    tamper(town, f"UPDATE letter SET content = {other} WHERE id = {row.id}")
    assert replayed(town, row)[1] is False
    another = issued(town)
    tamper(
        town, f"UPDATE row_change SET fields = replace(fields, 'ordinary', 'serious') WHERE fields LIKE '%{number}%'"
    )
    assert replayed(town, another)[1] is False


def test_who_may_have_one(town: Town) -> None:
    """The subject alone, an organisation; for the others it is not there."""
    with pytest.raises(NotFound):
        issued(town, "hengtuo", "yunxi")
    with pytest.raises(NotFound):
        issued(town, "acceptor@ENV", "yunxi")
    row = issued(town)
    with town.db.read() as tx:
        assert status.extract(tx, town.actor("yunxi's agent"), row.token).number == row.number
        for who in ("hengtuo", "acceptor@ENV"):
            with pytest.raises(NotFound):
                status.extract(tx, town.actor(who), row.token)
            with pytest.raises(NotFound):
                status.extracts(tx, town.actor(who), town.subjects["yunxi"])
    town.turn(update(subject).where(subject.c.id == town.subjects["hengtuo"]).values(kind="natural_person"))
    with pytest.raises(Refused, match="自然人"):
        issued(town, "hengtuo", "hengtuo")
    town.turn(update(office).where(office.c.code == "CREDIT").values(closed_on=town.today))
    with pytest.raises(Refused, match="信用主管部门"):
        issued(town)


def test_it_is_made_signed_and_found_and_no_limit_runs_from_it(town: Town) -> None:
    """Page, file, verification; it is served by nobody."""
    app: Flask = make(town)
    number = town.record()
    agent = Visitor(app, town, "yunxi")
    assert "还没有出具过" in agent.get("/my/extracts")
    assert "/my/extracts?subject=" in agent.get("/my/credit-file")
    agent.get("/my/extracts")
    assert agent.post("/my/extracts", {"subject": "x"}).status_code == 404
    assert agent.post("/my/extracts", {"subject": str(town.subjects["yunxi"])}).status_code == 303
    row = LetterRow(*town.one(select(letter).where(letter.c.kind == status.KIND)))
    assert agent.client.get(f"/my/extracts/{row.token}.pdf").status_code == 202
    with town.db.begin() as tx:
        consent.agree(tx, town.actor("yunxi"), town.subjects["yunxi"], town.now)
    rendering_job.press(town.db, town.services.letters, made, row.id, town.now)
    with town.db.begin() as tx:
        assert arrival.arrive(tx, town.services, row.id, town.now) is None
    file = agent.client.get(f"/my/extracts/{row.token}.pdf", buffered=True)
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert row.number in agent.get("/my/extracts")
    assert Visitor(app, town, "hengtuo").client.get(f"/my/extracts/{row.token}.pdf").status_code == 404
    for who, status_code in (("auditor@CREDIT", 200), ("yunxi", 200), ("hengtuo", 404), ("acceptor@ENV", 404)):
        seen = Visitor(app, town, who).client.get(f"/letters/{row.token}.pdf", buffered=True)
        assert seen.status_code == status_code, who
    page = app.test_client().get(f"/verify/{row.token}").text
    for words in (
        "属实，有效",
        "信用信息公示状况证明",
        "云溪****有限公司",
        "2026年6月10日10时00分00秒",
        "公示状况与证明所写相同",
    ):
        assert words in page, words
    api_app = application(town, lambda app: app.register_blueprint(api.blueprint))
    by_api = f"/api/v1/verify/{row.token}"
    told = api_app.test_client().get(by_api).json
    assert (told["genuine"], told["replay_agrees"]) == (True, True)
    town.turn(update(record).where(record.c.number == number).values(state="ceased"))
    assert "公示状况与证明所写相同" in app.test_client().get(f"/verify/{row.token}").text
    tamper(town, f"DELETE FROM row_change WHERE fields LIKE '%{number}%'")
    page = app.test_client().get(f"/verify/{row.token}").text
    assert "公示状况与证明所写不同" in page
    assert "与办理记录不符" in page
    assert "属实，有效" not in page
    assert api_app.test_client().get(by_api).json["replay_agrees"] is False


def test_the_whole_file_is_signed_and_its_verification_tells_nothing_of_it(town: Town) -> None:
    """Also what is no longer public, also of a person; a stranger learns that it is genuine, and no word of what it holds."""
    public, hidden = town.record(), town.record(kinds=("warning",), fine=None)
    case = town.file_objection(public)
    app: Flask = make(town)
    agent = Visitor(app, town, "yunxi")
    agent.get("/my/extracts")
    sent = {"subject": str(town.subjects["yunxi"]), "paper": "file"}
    assert agent.post("/my/extracts", sent).status_code == 303
    row = LetterRow(*town.one(select(letter).where(letter.c.kind == status.FILE)))
    text = " ".join(str(one) for one in row.content["paragraphs"])
    behaviour = town.of_record(public).behaviour
    for words in (public, hidden, case, behaviour, "2026年6月10日10时00分00秒", "最长公示至", "没有列入名单"):
        assert words in text, words
    assert (row.content["sealed"], "信档〔2026〕1号" in row.number) == (town.services.sealed, True)
    rendering_job.press(town.db, town.services.letters, made, row.id, town.now)
    file = agent.client.get(f"/my/extracts/{row.token}.pdf", buffered=True)
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert row.number in agent.get("/my/extracts")
    for who, status_code in (("auditor@CREDIT", 200), ("hengtuo", 404), ("acceptor@ENV", 404)):
        seen = Visitor(app, town, who).client.get(f"/letters/{row.token}.pdf", buffered=True)
        assert seen.status_code == status_code, who
    page = app.test_client().get(f"/verify/{row.token}").text
    assert all(words in page for words in ("属实，有效", row.number, "云溪****有限公司"))
    assert not any(words in page for words in (public, hidden, case, behaviour, town.of_record(public).document_number))
    with pytest.raises(NotFound):
        issued(town, "hengtuo", "yunxi", IssueCreditFile)
    town.turn(update(subject).where(subject.c.id == town.subjects["hengtuo"]).values(kind="natural_person"))
    assert "没有失信信息" in str(issued(town, "hengtuo", "hengtuo", IssueCreditFile).content)
    town.sound()


def test_asking_is_throttled(town: Town) -> None:
    agent = Visitor(make(town), town, "yunxi")
    agent.get("/my/extracts")
    sent = {"subject": str(town.subjects["yunxi"])}
    statuses = [agent.post("/my/extracts", sent).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]
