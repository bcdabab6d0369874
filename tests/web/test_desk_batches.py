"""One step in many cases: chosen in the queue, looked at, confirmed, worked off in the background; what did not go is named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Event as Flag

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select, update

from repairflow import times
from repairflow.app.program import Program
from repairflow.app.worker import job_runner
from repairflow.casework.cases import batch_acts
from repairflow.casework.changes import BeginBatch
from repairflow.casework.command_ids import CommandId
from repairflow.casework.commands import Command
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.jobs import LEASE
from repairflow.casework.queries.cases import batches as queries
from repairflow.errors import Invalid
from repairflow.records import batch, event, job, person
from repairflow.worker import batch_job
from repairflow.worker.chores import forget_jobs
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

ACCEPTOR = "acceptor@ENV"


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def works(town: Town, stop: Flag | None = None) -> None:
    """A worker comes by and does what it finds."""
    job_runner(Program(town.settings, town.db, town.services), stop).run_once(times.now())


def asks(officer: Officer, cases: list[str], action: str = "accept", **more: str) -> str:
    """A batch asked for on the page of the chosen cases; its address."""
    page = officer.get("/desk/batch?" + "&".join(f"case={number}" for number in cases))
    form = re.search(rf'id="act-[^"]+-{action}".*?</form>', page, re.DOTALL)
    assert form, page
    fields: dict[str, object] = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(0)))
    ticked = re.findall(r'name="cases" value="([^"]*)" checked', form.group(0))
    answer = officer.post("/desk/batches", {**fields, "cases": ticked, "reason": "材料齐全。", **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def ticks(officer: Officer, name: str) -> list[str]:
    """What is ticked on the page."""
    return re.findall(rf'name="{name}" value="([^"]*)"[^>]* checked', officer.text)


def states(town: Town, cases: list[str]) -> list[str]:
    return [town.case(number).state for number in cases]


def test_many_cases_are_accepted_and_the_one_that_moved_is_named(app: Flask, town: Town) -> None:
    """Five chosen, one of them accepted by a colleague before the confirmation and one between it and the worker."""
    cases = [town.file_repair() for _ in range(5)]
    before = set(states(town, cases))
    officer = Officer(app, town, ACCEPTOR)
    assert f'value="{cases[0]}" form="batch-form"' in officer.get("/desk/")
    address = asks(officer, cases)
    assert "正在逐件核对" in officer.get(address)
    town.do(cases[1], "accept")
    works(town)
    page = officer.get(address)
    assert ("确认办理 4 件" in page, batch_acts.NO_LONGER in page) == (True, True)
    assert set(states(town, [cases[0], *cases[2:]])) == before  # nothing is done before it is confirmed
    assert officer.post(f"{address}/start").status_code == 303
    assert officer.post(f"{address}/start").status_code == 303  # pressed twice
    town.do(cases[3], "accept")
    works(town)
    page = officer.get(address)
    assert "已办理 3 件，没有办理 2 件" in page
    assert len(set(states(town, cases))) == 1
    with town.db.read() as tx:
        of_batch = select(func.count()).select_from(event).where(event.c.command_id.like("sys/batch/%"))
        assert tx.execute(of_batch).scalar_one() == 3
    rows = officer.client.get(f"{address}/results.csv").get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in rows[1:]].count("已办理") == 3
    assert "已完毕" in officer.get("/desk/batches")


def test_all_of_a_state_are_taken_without_naming_them(app: Flask, town: Town) -> None:
    cases = [town.file_repair() for _ in range(3)]
    officer = Officer(app, town, ACCEPTOR)
    page = officer.get(f"/desk/batch?case={cases[0]}")
    whole = re.search(r'href="(/desk/batch\?[^"]+)">改为办理待办中这一环节的全部 3 件', page)
    assert whole, page
    page = officer.get(whole.group(1))
    form = re.search(r'id="act-[^"]+-accept".*?</form>', page, re.DOTALL)
    assert form
    assert cases[0] not in form.group(0)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(0)))
    address = officer.post("/desk/batches", {**fields, "reason": "齐全"}).location
    works(town)
    assert "确认办理 3 件" in officer.get(str(address))
    assert officer.post(f"{address}/drop").status_code == 303
    officer.get(str(address))
    assert "没有办理任何一件" in officer.text


def test_a_killed_worker_resumes_and_nothing_is_done_twice(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the second case: the next worker does the third, each case has its step once."""
    cases = [town.file_repair() for _ in range(3)]
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    officer.post(f"{address}/start")
    taken: list[object] = []

    def dies(tx: Connection, services: Services, command: Command, now: datetime) -> object:
        if len(taken) == 2:
            raise SystemExit
        taken.append(command)
        return dispatch(tx, services, command, now)

    with monkeypatch.context() as patched:
        patched.setattr(batch_job, "dispatch", dies)
        with pytest.raises(SystemExit):
            works(town)
    assert len(taken) == 2
    clock.travel(LEASE * 2)
    works(town)
    assert "已办理 3 件" in officer.get(address)
    with town.db.read() as tx:
        of_batch = select(func.count()).select_from(event).where(event.c.command_id.like("sys/batch/%"))
        assert tx.execute(of_batch).scalar_one() == 3


def test_a_batch_that_was_stopped_goes_on(app: Flask, town: Town) -> None:
    cases = [town.file_repair() for _ in range(2)]
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    officer.post(f"{address}/start")
    officer.post(f"{address}/stop")
    assert "可以继续办理其余的" in officer.get(address)
    works(town)
    assert len(set(states(town, cases))) == 1
    assert officer.post(f"{address}/resume").status_code == 303
    works(town)
    assert "已办理 2 件" in officer.get(address)


def test_who_lost_the_account_decides_nothing(app: Flask, town: Town) -> None:
    cases = [town.file_repair()]
    before = states(town, cases)
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    officer.post(f"{address}/start")
    with town.db.begin() as tx:
        tx.execute(update(person).where(person.c.id == town.people[ACCEPTOR]).values(active=False))
    works(town)
    assert states(town, cases) == before
    assert town.one(select(batch.c.state)).state == "failed"


def test_single_cases_are_left_out_and_named(app: Flask, town: Town) -> None:
    """Two of four ticks are taken away with a reason: the others go on. Without any left, nothing begins."""
    cases = [town.file_repair() for _ in range(4)]
    before = town.case(cases[0]).state
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    assert officer.get(address).count('name="take"') == 4
    assert officer.post(f"{address}/start", {"listed": cases, "why": "先核实。"}).status_code == 422
    assert "都不办理的，请按“放弃”" in officer.text
    assert ('value="先核实。"' in officer.text, 'name="take"' in officer.text, ticks(officer, "take")) == (
        True,
        True,
        [],
    )
    long = {"listed": cases, "take": cases[:3], "why": "长" * 201}
    assert officer.post(f"{address}/start", long).status_code == 422
    assert ("不超过200字" in officer.text, "长" * 201 in officer.text, 'href="#why"' in officer.text) == (
        True,
        True,
        True,
    )
    assert sorted(ticks(officer, "take")) == sorted(cases[:3])  # nothing that was ticked or typed is lost
    assert "确认办理 4 件" in officer.get(address)
    officer.post(f"{address}/start", {"listed": cases, "take": cases[2:], "why": "材料有疑点，先电话核实。"})
    works(town)
    page = officer.get(address)
    assert ("已办理 2 件，没有办理 2 件" in page, page.count("材料有疑点，先电话核实。"), 'name="take"' in page) == (
        True,
        2,
        False,
    )
    assert [state == before for state in states(town, cases)] == [True, True, False, False]
    rows = officer.client.get(f"{address}/results.csv").get_data().decode("utf-8-sig").splitlines()
    assert sorted(line.split(",")[0] for line in rows if "没有勾选" in line) == sorted(cases[:2])


@pytest.mark.parametrize("who", ["examiner@ENV", "acceptor@MARKET", "supervisor@CREDIT"])
def test_a_batch_is_its_makers_alone(app: Flask, town: Town, who: str) -> None:
    cases = [town.file_repair()]
    address = asks(Officer(app, town, ACCEPTOR), cases)
    works(town)
    other = Officer(app, town, who)
    for path in ("", "/progress", "/results.csv"):
        other.get(f"{address}{path}", 404)
    for step in ("start", "drop", "stop", "resume"):
        assert other.post(f"{address}/{step}").status_code == 404
    assert town.one(select(batch.c.state)).state == "checked"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cases": []}, "没有勾选可以办理的办件"),
        ({"cases": ["XF-2026-999999 ' OR 1=1"]}, "没有勾选可以办理的办件"),
        ({"action": "grant"}, "现在都不能办理这一步"),
        ({"action": "no_such_step"}, "现在都不能办理这一步"),
        ({"action": "request_supplement", "reason": " "}, "请填写一次性告知补正的理由"),
        ({"reason": "……"}, "理由只有标点"),
        ({"reason": "长" * 2001}, "理由"),
        ({"action": "refuse", "ground": "no_such_ground"}, "请从清单中选择"),
        ({"ground": "no_such_ground"}, "此步骤没有事由清单"),
    ],
)
def test_what_cannot_be_done_makes_no_batch(app: Flask, town: Town, given: dict[str, object], said: str) -> None:
    case = town.file_repair()
    officer = Officer(app, town, ACCEPTOR)
    officer.get("/desk/")
    form = {"command_id": "batch-form-1", "cases": [case], "action": "accept", "reason": "好", **given}
    assert officer.post("/desk/batches", {**form, "listed": [case]}).status_code == 422
    assert said in officer.text
    assert case in officer.text
    assert town.all(select(batch)) == []
    assert town.all(select(job)) == []


def test_more_cases_than_a_batch_takes_make_none(town: Town) -> None:
    numbers = tuple(f"XF-2026-{n:06}" for n in range(5_001))
    wanted = BeginBatch(town.actor(ACCEPTOR), "accept", numbers, "好", "", CommandId("batch-5001"))
    with town.db.begin() as tx, pytest.raises(Invalid, match="一次最多批量办理 5000 件"):
        batch_acts.begin(tx, town.services, wanted, town.now)


def test_a_refused_form_comes_back_as_it_was_sent(app: Flask, town: Town) -> None:
    """Two kinds of cases on one page, one tick taken away, no reason: the same page, its ticks, and the reason typed next to it."""
    cases, objection = (
        [town.file_repair() for _ in range(2)],
        town.file("objection", town.record(), town.actor("yunxi")),
    )
    officer = Officer(app, town, ACCEPTOR)
    page = officer.get("/desk/batch?" + "&".join(f"case={number}" for number in [*cases, objection]))
    assert page.count("云溪环保科技有限公司") >= 2  # whose case it is
    assert "逐件核对</button>" in page  # nothing is done by this button yet
    form = re.search(r'id="act-([^"]+-accept)".*?</form>', page, re.DOTALL)
    assert form
    hidden = re.findall(r'<input type="hidden" name="(action|step|listed|command_id)" value="([^"]*)"', form.group(0))
    fields: dict[str, object] = {**dict(hidden), "listed": [value for name, value in hidden if name == "listed"]}
    assert officer.post("/desk/batches", {**fields, "cases": cases[:1], "reason": "……"}).status_code == 422
    again = re.search(r'id="act-([^"]+-accept)" open.*?</form>', officer.text, re.DOTALL)
    assert again
    assert f'href="#{again.group(1)}-reason"' in officer.text
    assert f'id="{again.group(1)}-reason-error"' in again.group(0)
    assert re.findall(r'name="cases" value="([^"]*)" checked', again.group(0)) == cases[:1]
    assert ("……</textarea>" in again.group(0), cases[1] in again.group(0), objection in officer.text) == (True,) * 3
    assert officer.post("/desk/batches", {**fields, "reason": "材料齐全。"}).status_code == 422
    assert "材料齐全。</textarea>" in officer.text
    assert f'href="#{again.group(1)}-cases"' in officer.text
    assert officer.post("/desk/batches", {**fields, "cases": cases, "reason": "材料齐全。"}).status_code == 303


def test_a_batch_of_more_than_a_page_is_turned_over_and_keeps_its_ticks(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    cases = [town.file_repair() for _ in range(5)]
    before = town.case(cases[0]).state
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    officer.get(address)
    listed = re.findall(r'name="listed" value="([^"]*)"', officer.text)
    turned = officer.post(f"{address}/start", {"listed": listed, "take": listed[1:], "why": "先核实。", "page": "2"})
    assert turned.status_code == 200
    assert "第 3–4 件，共 5 件" in turned.text
    assert re.findall(r'name="without" value="([^"]*)"', turned.text) == listed[:1]
    assert 'value="先核实。"' in turned.text
    second = re.findall(r'name="listed" value="([^"]*)"', turned.text)
    assert len(ticks(officer, "take")) == 2
    assert states(town, cases) == [before] * 5  # turning a page does nothing
    back = {"listed": second, "take": second, "without": listed[0], "why": "先核实。", "page": "1"}
    officer.post(f"{address}/start", back)
    assert ticks(officer, "take") == listed[1:]
    assert 'name="without"' not in officer.text
    officer.post(f"{address}/start", {"listed": second, "take": second[1:], "without": listed[0], "shown": "2"})
    works(town)
    assert sorted(number for number in cases if town.case(number).state == before) == sorted([listed[0], second[0]])
    last = officer.get(f"{address}?page=3")
    assert ("第 5–5 件" in last, f'href="{address}?page=2"' in last) == (True, True)


def test_thousands_of_ticks_taken_away_go_along_from_page_to_page(app: Flask, town: Town) -> None:
    """A form takes 500 fields and 1 MiB: what was unticked on other pages is one field, as long as a batch may be."""
    cases = [town.file_repair() for _ in range(3)]
    before = town.case(cases[0]).state
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases)
    works(town)
    officer.get(address)
    others = [f"XF-2025-{n:06}" for n in range(batch_acts.MOST - len(cases))]
    away = {"listed": cases, "take": cases[1:], "without": " ".join(others), "why": "另行核实。"}
    turned = officer.post(f"{address}/start", {**away, "page": "1"})
    assert turned.status_code == 200, turned.text[:300]
    kept = re.findall(r'name="without" value="([^"]*)"', turned.text)
    assert [one.split() for one in kept] == [others]
    assert officer.post(f"{address}/start", {**away, "without": kept[0]}).status_code == 303
    works(town)
    assert [number for number in cases if town.case(number).state == before] == cases[:1]


def test_what_a_batch_is_for_stands_on_its_page(app: Flask, town: Town) -> None:
    cases = [town.file_repair() for _ in range(2)]
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, cases, "refuse", ground="identity", reason="已经核实。")
    for _ in range(2):
        works(town)
        page = officer.get(address)
        assert ("申请人身份未能确认" in page, "已经核实。" in page) == (True, True)
        officer.post(f"{address}/start", {"listed": cases, "take": cases})


def test_cases_of_another_office_are_left_out(app: Flask, town: Town) -> None:
    own, foreign = town.file_repair(), town.file_repair(town.record(office_code="MARKET"))
    officer = Officer(app, town, ACCEPTOR)
    address = asks(officer, [own, foreign])
    works(town)
    page = officer.get(address)
    assert ("确认办理 1 件" in page, foreign in page) == (True, False)


def test_a_step_that_asks_for_something_of_each_case_is_not_offered(app: Flask, town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept")
    page = Officer(app, town, "examiner@ENV").get(f"/desk/batch?case={case}")
    assert "report_verification" not in page


def test_old_batches_are_forgotten_and_those_at_work_stay(app: Flask, town: Town, clock: Clock) -> None:
    officer = Officer(app, town, ACCEPTOR)
    for _ in range(2):
        address = asks(officer, [town.file_repair()])
        works(town)
    officer.post(f"{address}/start")
    now = town.now + timedelta(days=91)
    assert forget_jobs(town.db, now) == 3  # the batch that was never begun, the jobs of both checks
    assert [row.state for row in town.all(select(batch))] == ["running"]
