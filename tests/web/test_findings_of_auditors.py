"""Samples and findings (审计意见): raised by an auditor, answered by the deciding office, closed or sent back; all in the trail."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.auditing import chain
from repairflow.casework.changes import AnswerFinding, RaiseFinding, SettleFinding
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.audit import raised_findings, sampling
from repairflow.casework.queries.audit.sampling import Wanted
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import audit_finding, case_link, cases, event, notice, person, rung_fired
from tests.support.building import Town
from tests.web.desk_visit import Officer

pytestmark = pytest.mark.either_database

NUMBER = "SJ-2026-000001"
AUDITOR = "auditor@CREDIT"


def states(town: Town) -> list[str]:
    with town.db.read() as tx:
        return list(tx.scalars(select(audit_finding.c.state).order_by(audit_finding.c.id)))


def told(town: Town, title: str) -> set[str]:
    with town.db.read() as tx:
        asked = (
            select(person.c.login).join(notice, notice.c.person_id == person.c.id).where(notice.c.title.contains(title))
        )
        return set(tx.scalars(asked))


def test_a_finding_goes_to_the_office_and_back(town: Town, app: Flask) -> None:
    case = town.file_repair()
    auditor, office = Officer(app, town, AUDITOR), Officer(app, town, "head@ENV")
    auditor.get(f"/audit/findings?case={case}")
    assert auditor.post("/audit/findings", {"case": case, "text": "受理时间早于申请时间，请说明。"}).status_code == 303
    assert "受理时间早于申请时间" in auditor.get("/audit/findings")
    assert len(told(town, f"审计意见 {NUMBER}，请答复")) >= 1
    page = office.get("/desk/findings")
    assert "受理时间早于申请时间" in page
    assert office.post(f"/desk/findings/{NUMBER}", {"text": ""}).status_code == 422
    assert office.post(f"/desk/findings/{NUMBER}", {"text": "系统时钟未同步，已校正。"}).status_code == 303
    assert states(town) == ["answered"]
    auditor.get("/audit/findings")
    assert auditor.post(f"/audit/findings/{NUMBER}", {"decision": "", "text": "x"}).status_code == 422
    assert (
        auditor.post(f"/audit/findings/{NUMBER}", {"decision": "return", "text": "请附校正记录。"}).status_code == 303
    )
    assert states(town) == ["assigned"]
    office.get("/desk/findings")
    assert office.post(f"/desk/findings/{NUMBER}", {"text": "校正记录已存档，编号 7。"}).status_code == 303
    auditor.get("/audit/findings")
    assert auditor.post(f"/audit/findings/{NUMBER}", {"decision": "close", "text": "已核实。"}).status_code == 303
    assert states(town) == ["closed"]
    answerer, closer = town.actor("head@ENV").name, town.actor(AUDITOR).name
    assert answerer != closer
    for read in (auditor.get("/audit/findings"), office.get("/desk/findings?state=closed")):
        assert re.search(f"<dt>答复 · {answerer} · [^<]*2026[^<]*</dt>", read)
        assert re.search(f"<dt>销号说明 · {closer} · [^<]*2026[^<]*</dt>", read)
    table = auditor.get("/audit/findings.csv")
    assert "校正记录已存档" in table
    assert "已销号" in table
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["提出人"], row["答复人"], row["销号人"]) == (closer, answerer, closer)
    with town.db.read() as tx:
        rows = tx.execute(
            select(event.c.action, event.c.body).where(event.c.stream == f"finding/{NUMBER}").order_by(event.c.seq)
        ).all()
    assert [row.action for row in rows] == [
        "raise_finding",
        "answer_finding",
        "return_finding",
        "answer_finding",
        "close_finding",
    ]
    assert chain.content(rows[0].body)["case"] == case


def test_a_number_that_no_case_has_loses_nothing_that_was_typed(town: Town, app: Flask) -> None:
    auditor = Officer(app, town, AUDITOR)
    auditor.get("/audit/findings")
    answer = auditor.post("/audit/findings", {"case": "XF-1", "text": "受理时间早于申请时间。"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count("没有这个编号的办件，请核对办件编号") == 2  # in the summary and at the field
    assert 'value="XF-1"' in page
    assert "受理时间早于申请时间。" in page
    assert not states(town)


def test_who_may_not(town: Town, app: Flask) -> None:
    case = town.file_repair()

    def asked(command: object) -> object:
        with town.db.begin() as tx:
            return dispatch(tx, town.services, command, town.now)  # type: ignore[arg-type]  # any of three

    for who in ("yunxi", "head@ENV", "system_admin@CREDIT"):
        with pytest.raises(Forbidden):
            asked(RaiseFinding(town.actor(who), case, "x"))
    with pytest.raises(Invalid):
        asked(RaiseFinding(town.actor(AUDITOR), "XF-1", "x"))
    with pytest.raises(Invalid):
        asked(RaiseFinding(town.actor(AUDITOR), case, " "))
    number = asked(RaiseFinding(town.actor(AUDITOR), case, "请说明"))
    assert number == NUMBER
    for who in ("yunxi", "supervisor@CREDIT", AUDITOR):  # who holds no post in the deciding office
        with pytest.raises(NotFound):
            asked(AnswerFinding(town.actor(who), NUMBER, "x"))
    with pytest.raises(Conflict):
        asked(SettleFinding(town.actor(AUDITOR), NUMBER, "close", "x"))
    asked(AnswerFinding(town.actor("head@ENV"), NUMBER, "x"))
    with pytest.raises(Conflict):
        asked(AnswerFinding(town.actor("head@ENV"), NUMBER, "x"))
    with pytest.raises(Forbidden):
        asked(SettleFinding(town.actor("head@ENV"), NUMBER, "close", "x"))
    with town.db.read() as tx:
        seen = {
            who: len(raised_findings.page(tx, town.actor(who)).rows)
            for who in (AUDITOR, "head@ENV", "acceptor@ENV", "yunxi")
        }
    assert seen == {AUDITOR: 1, "head@ENV": 1, "acceptor@ENV": 1, "yunxi": 0}
    for path in ("/audit/findings", "/audit/sampling", "/audit/findings.csv"):
        Officer(app, town, "head@ENV").get(path, 403)


def closed(town: Town, days: int = 10) -> str:
    """A case that was closed after so many days."""
    case = town.file_repair()
    town.turn(
        update(cases).where(cases.c.number == case).values(filed_at=town.now, closed_at=town.now + timedelta(days=days))
    )
    return case


def drawn(town: Town, kind: str, seed: int = 1, size: int = 100, until: date | None = None) -> dict[str, str]:
    with town.db.read() as tx:
        found = sampling.sample(tx, town.actor(AUDITOR), Wanted(kind, date(2026, 1, 1), seed, size, until))
    return {one.number: one.why for one in found}


def test_samples(town: Town, app: Flask) -> None:
    many = [closed(town) for _ in range(6)]
    quick = closed(town, 0)
    open_case = town.file_repair()
    assert set(drawn(town, "random")) == {*many, quick}
    few = drawn(town, "random", 7, 3)
    assert len(few) == 3
    assert drawn(town, "random", 7, 3) == few
    assert any(drawn(town, "random", seed, 3) != few for seed in range(5))
    assert set(drawn(town, "fast")) == {quick}
    assert drawn(town, "overdue") == drawn(town, "reversed") == drawn(town, "same_reviewer") == {}
    ids = {case: town.case(case).id for case in (*many, open_case)}
    day, now = town.today, town.now
    same = {"clock": "x", "started_on": day, "due_day": day, "rung": "due", "fired_at": now, "late": 0, "times": 1}
    for case in (many[0], open_case):
        town.turn(insert(rung_fired).values(case_id=ids[case], **same))
    assert set(drawn(town, "overdue")) == {many[0]}
    town.turn(update(cases).where(cases.c.number == open_case).values(procedure="review", outcome="upheld"))
    town.turn(insert(case_link).values(from_id=ids[many[1]], to_id=ids[open_case], action="file"))
    assert set(drawn(town, "reversed")) == {many[1]}
    for kind, size in (("other", 5), ("random", 0), ("random", 101)):
        with pytest.raises(Invalid):
            drawn(town, kind, size=size)
    auditor = Officer(app, town, AUDITOR)
    asked = "/audit/sampling?kind=random&since=2026-01-01&until=2026-12-31"
    page = auditor.get(f"{asked}&seed=7&size=3")
    assert all(case in page for case in few)
    assert "2026-01-01 至 2026-12-31 办结的 3 件" in page
    assert "种子应为整数" in auditor.get(f"{asked}&seed=a&size=3", 422)
    assert "止日不能早于起日" in auditor.get(
        "/audit/sampling?kind=random&since=2026-02-01&until=2026-01-31&seed=1&size=3", 422
    )
    assert 'value="2026-06-09"' in auditor.get("/audit/sampling")  # yesterday


def test_a_case_closed_later_moves_no_other_of_a_sample(town: Town) -> None:
    """With an end day nothing changes; without one a new case takes at most one place."""
    for _ in range(12):
        closed(town, 0)
    day = town.today
    before = [set(drawn(town, "random", seed, 5)) for seed in range(8)]
    ended = [drawn(town, "random", seed, 5, until=day) for seed in range(8)]
    assert [set(one) for one in ended] == before
    assert len({frozenset(one) for one in before}) > 4
    for _ in range(2):
        closed(town, 1)
    assert [drawn(town, "random", seed, 5, until=day) for seed in range(8)] == ended
    assert all(
        len(was & set(drawn(town, "random", seed, 5))) >= 3 for seed, was in enumerate(before)
    )  # two cases came, two places at most
    with pytest.raises(Invalid):
        drawn(town, "random", until=date(2025, 12, 31))


SPARE = ("head@ENV", "supervisor@CREDIT", "legal_reviewer@ENV", "acceptor@CREDIT", "decider@CREDIT")


def driven(town: Town, reviewer: str, decider: str) -> str:
    """A repair that took its whole way: accepted and served by one person, verified by another, proposed and granted by these."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    town.do(case, "propose_grant", town.actor(reviewer, "reviewer@ENV"))
    town.do(case, "grant", town.actor(decider, "decider@ENV"))
    for code in ("site", "province"):
        town.do(case, "waive_target", inputs={"target": code})
    town.serve(case)
    assert town.case(case).closed_at is not None
    return case


@pytest.mark.parametrize(
    ("reviewers", "deciders", "told"),
    [
        (("reviewer@ENV",) * 5, SPARE, "examiner@ENV与reviewer@ENV共办 5 件"),
        (SPARE, ("decider@ENV",) * 5, "examiner@ENV与decider@ENV共办 5 件"),
        (SPARE, SPARE[1:] + SPARE[:1], None),  # the same acceptor, applicant and examiner each time
    ],
)
def test_who_always_reviews_the_same_handler_is_drawn(
    town: Town, reviewers: tuple[str, ...], deciders: tuple[str, ...], told: str | None
) -> None:
    made = [driven(town, reviewer, decider) for reviewer, decider in zip(reviewers, deciders, strict=True)]
    assert drawn(town, "same_reviewer") == (dict.fromkeys(made, told) if told else {})


def test_who_is_together_in_half_of_the_cases_at_most_is_not_drawn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for reviewer, decider in zip(SPARE[:2], SPARE[2:4], strict=True):
        driven(town, reviewer, decider)
    monkeypatch.setattr(sampling, "TOGETHER", 1)
    assert not any("examiner@ENV" in why for why in drawn(town, "same_reviewer").values())
