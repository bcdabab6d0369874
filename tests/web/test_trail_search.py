"""The auditor searches the trail: each condition alone, some together, in pages, as a table, as bundles."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from repairflow.auditing import bundle
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.audit import event_search
from repairflow.casework.queries.audit.event_labels import LABELS, STREAMS, about
from repairflow.casework.queries.audit.event_search import Wanted
from repairflow.records import person
from repairflow.web.audit import blueprint as audit
from repairflow.web.audit import event_search as pages
from repairflow.web.audit import views
from repairflow.web.public import blueprint as public
from tests.house.sources import modules
from tests.support.building import COMPANIES, Town
from tests.support.calling import application, sign, visit

AUDITOR = "auditor@CREDIT"


@pytest.fixture
def app(town: Town) -> Flask:
    def doors(app: Flask) -> None:
        app.register_blueprint(audit.blueprint)
        app.register_blueprint(public.blueprint)

    return application(town, doors)


def found(town: Town, wanted: Wanted) -> set[tuple[str, str]]:
    with town.db.read() as tx:
        lines = event_search.everything(tx, town.law, wanted, 1000)
    return {(one.case or one.record, one.label) for one in lines if one.case or one.record}


def test_each_condition_and_several_together(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept")
    first = town.now.date()
    town.at(timedelta(days=4))
    town.steps(case, "report_verification", "propose_grant")
    row, trail = town.case(case), town.trail(case)
    accepted, proposed = (next(one for one in trail if one.action == name) for name in ("accept", "propose_grant"))
    label = {
        one.action: town.law.procedure("repair", row.procedure_version).action[one.action].label for one in trail[1:]
    }
    every = {(case, text) for text in (*label.values(), "提出")}
    resting = next(one for one in _lines(town, Wanted(text=case)) if one.basis)
    basis, step, day = resting.basis, resting.label, resting.at.date()
    rested = {(case, one.label) for one in _lines(town, Wanted(text=case)) if set(one.basis) & set(basis)}
    company = COMPANIES[0][1]
    for wanted, expected in (
        (Wanted(text=case), every),
        (Wanted(text=company[:6]), every),
        (Wanted(text="没有这家企业"), set()),
        (Wanted(text=case, person=accepted.actor_name, action="accept"), {(case, label["accept"])}),
        (Wanted(text=case, person="没有这个人"), set()),
        (Wanted(text=case, person=accepted.actor_name[1:]), {(case, label["accept"])}),
        (Wanted(text=case, person="%"), set()),
        (Wanted(action="propose_grant"), {(case, label["propose_grant"])}),
        (Wanted(action=label["propose_grant"]), {(case, label["propose_grant"])}),
        (Wanted(action="没有这件事"), set()),
        (Wanted(text=case, since=first, until=first), {(case, "提出"), (case, label["accept"])}),
        (Wanted(text=case, since=proposed.at.date()), every - {(case, "提出"), (case, label["accept"])}),
        (Wanted(text=case, until=date(2020, 1, 1)), set()),
        (Wanted(text=case, office="生态环境"), every),
        (Wanted(text=case, office="没有这个单位"), set()),
        (Wanted(text=case, basis=basis[0]), rested),
        (Wanted(text=case, basis="没有这一条"), set()),
        (Wanted(text=case, basis=basis[0], action=step, since=day, until=day), {(case, step)}),
        (Wanted(text=case, basis=basis[0], action=step, until=date(2020, 1, 1)), set()),
    ):
        if wanted.action and not wanted.text:
            assert {one for one in found(town, wanted) if one[0] == case} == expected, wanted
        else:
            got = {
                (number, "提出" if text not in label.values() else text)
                for number, text in found(town, wanted)
                if number == case
            }
            assert got == expected, wanted
    assert basis
    assert rested != every  # the article parts steps that rest on it from others


def test_a_person_is_found_by_the_name_of_now_and_of_then_by_an_index(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept")
    then = next(one for one in town.trail(case) if one.action == "accept")
    town.turn(update(person).where(person.c.id == then.actor_id).values(name="欧阳新名"))
    for name in (then.actor_name, "欧阳新", "acceptor@ENV"):
        assert then.id in [one.id for one in _lines(town, Wanted(person=name))], name
    with town.db.read() as tx:
        of_now = event_search._done_by(tx, "欧阳").selects[
            0
        ]  # alone: both halves may be merged in the order of the events' own key
        asked = of_now.compile(tx.engine, compile_kwargs={"literal_binds": True})
        if not town.db.is_sqlite:
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        how = "EXPLAIN QUERY PLAN " if town.db.is_sqlite else "EXPLAIN "
        plan = " ".join(str(row) for row in tx.exec_driver_sql(how + str(asked).replace("%", "%%")))
    assert "ix_event_actor_id" in plan


def test_every_event_has_a_name_in_words(town: Town) -> None:
    steps = {code for one in town.law.procedures.values() for code in one.action}
    assert [one.value for one in EventName if one not in LABELS and one not in steps] == []


def _lines(town: Town, wanted: Wanted) -> tuple[event_search.Found, ...]:
    with town.db.read() as tx:
        return event_search.everything(tx, town.law, wanted, 1000)


def test_pages_go_on_where_the_last_ended_also_where_nothing_of_one_fits(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    whole = [one.id for one in _lines(town, Wanted())]
    for wanted, size, most, expected in (
        (Wanted(), 2, 5000, whole),
        (Wanted(action="accept"), 1, 1, [one.id for one in _lines(town, Wanted(action="accept"))]),
    ):
        seen: list[int] = []
        after = ""
        for _ in range(len(whole) + 2):
            with town.db.read() as tx:
                page = event_search.page(tx, town.law, wanted, after, size, most)
            seen += [one.id for one in page.lines]
            after = page.next
            if not after:
                break
        assert seen == expected, wanted
        assert not after


def test_the_page_its_table_and_its_bundles(town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.file_repair()
    town.steps(case, "accept")
    sign(town)
    auditor = visit(app, town, AUDITOR)
    for path in ("/audit/trail", "/audit/trail.csv", "/audit/trail-bundles.zip"):
        assert app.test_client().get(path).status_code == 303
        assert visit(app, town, "acceptor@ENV").get(path).status_code == 403, path
    query: Mapping[str, str] = {"q": case, "action": "accept"}
    page = auditor.get("/audit/trail", query_string=query).get_data(as_text=True)
    assert f"/audit/cases/{case}#seq-" in page
    for link in ("trail.csv", "trail-bundles.zip"):
        assert re.search(rf'href="/audit/{link}\?[^"]*action=accept', page), link
    table = auditor.get("/audit/trail.csv", query_string=query)
    assert table.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(table.get_data(as_text=True).lstrip("\ufeff"))))
    assert tuple(rows[0]) == pages.HEADING
    assert [row[3] for row in rows[1:]] == [case]
    packed = auditor.get("/audit/trail-bundles.zip", query_string=query)
    assert "cases/001.zip" in zipfile.ZipFile(io.BytesIO(packed.get_data())).namelist()
    assert bundle.SUMMARY in zipfile.ZipFile(io.BytesIO(packed.get_data())).namelist()
    none = auditor.get("/audit/trail-bundles.zip", query_string={"q": "没有"})
    assert none.status_code == 422
    monkeypatch.setattr(pages, "MOST_TAKEN", 1)
    assert "缩短起止时间" in auditor.get("/audit/trail.csv").get_data(as_text=True)
    monkeypatch.setattr(views, "MOST_BUNDLED", 0)
    assert auditor.get("/audit/trail-bundles.zip", query_string=query).status_code == 422


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"since": "2026-13-01"}, 422, "请填写日期"),
        ({"since": "2026-06-02", "until": "2026-06-01"}, 422, "止日不能早于起日"),
        ({"after": "x"}, 422, "没有这一页"),
        ({"q": "没有这家企业"}, 200, "没有符合条件的办理留痕"),
    ],
    ids=["no day", "wrong way round", "no page", "nothing"],
)
def test_what_is_no_search_says_so(town: Town, app: Flask, query: dict[str, str], status: int, said: str) -> None:
    town.file_repair()
    answer = visit(app, town, AUDITOR).get("/audit/trail", query_string=query)
    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)


def test_what_a_stream_is_about_has_a_word() -> None:
    """Else an auditor reads the name under which it is stored."""
    named = {found for module in modules() for found in re.findall(r'^STREAM = "([\w-]+)', module.text, re.MULTILINE)}
    assert named - STREAMS.keys() == set()
    assert (about("system"), about("office/ENV"), about("unheard-of/1")) == ("系统", "单位 ENV", "unheard-of 1")
