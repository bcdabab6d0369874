"""数据开放: tables of what is public load with the schemas published beside them, whole and page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.records import open_data
from repairflow.casework.queries.records.open_data import DATASETS
from repairflow.records import act, list_entry, own_rule, record, subject
from repairflow.web.public import blueprint as public
from tests.conftest import Clock
from tests.law_stories.chaining import opened
from tests.law_stories.test_commitment_story import registered
from tests.support.building import COMPANIES, Town
from tests.support.calling import application
from tests.support.every_kind import USCC

pytestmark = pytest.mark.either_database

NAME = COMPANIES[0][1]


@pytest.fixture
def client(town: Town) -> FlaskClient:
    return application(town, lambda app: app.register_blueprint(public.blueprint)).test_client()


READ: Mapping[str, Callable[[str], object]] = {"string": str, "date": date.fromisoformat, "integer": int}


def loaded(client: FlaskClient, table: str) -> list[dict[str, Any]]:
    """A table and its following pages, taken apart by its metadata alone, as a program of somebody else would."""
    about = client.get(f"/data/csvw/{table}.json").json
    columns, rows, where = about["tableSchema"]["columns"], [], about["url"]
    while where:
        answer = client.get(where)
        reader = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert next(reader) == [column["titles"][0] for column in columns]
        for cells in reader:
            rows.append({column["name"]: cell_of(column, cell) for column, cell in zip(columns, cells, strict=True)})
        following = [part for part in answer.headers["Link"].split(", ") if part.endswith('rel="next"')]
        where = following[0].partition(">")[0].lstrip("<") if following else ""
    return rows


def cell_of(column: Mapping[str, Any], cell: str) -> object:
    if not cell:
        assert not column["required"], column["name"]
        return None
    kind = column["datatype"]
    if isinstance(kind, dict):
        yes, no = kind["format"].split("|")
        return {yes: True, no: False}[cell]
    return READ[kind](cell)


def pages(client: FlaskClient, table: str) -> list[dict[str, Any]]:
    """The rows of all pages, each page proved by the schema at the address it names."""
    where, rows = f"/data/{table}.json", []
    while where:
        page = client.get(where).json
        schema = client.get(page["schema"]).json
        assert schema["$id"] == page["schema"]
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(page)
        rows += page["rows"]
        where = page["next"]
    return rows


def permitted(town: Town, *numbers: int) -> list[str]:
    """So many permits, entered by one person and published by another; their numbers."""
    row = {"kind": "permit", "name": NAME, "code": USCC, "decision_date": "2026-06-08", "title": "准予取水"}
    rows = [row | {"row": str(n), "document_number": f"溪环许〔2026〕{n}号"} for n in numbers]
    with town.db.begin() as tx:
        entered = EnterActs(town.actor("examiner@ENV"), "ENV", rows)
        made: list[str] = dispatch(tx, town.services, entered, town.now)
        dispatch(tx, town.services, SettleActs(town.actor("reviewer@ENV"), tuple(made), "publish", ""), town.now)
    return made


def filled(town: Town) -> None:
    """Something public in every table."""
    for n in range(3):
        town.record(document=f"溪环罚〔2026〕9{n}号", performed=True)
    town.do(town.file_objection(town.record()), "accept")
    town.listed()
    registered(town)
    permitted(town, 1)
    undone = {"cause": "decision_changed", "effective_on": town.today.isoformat()}
    wrong = town.file("correction", town.record(), town.actor("examiner@ENV"), kinds=(), inputs=undone)
    town.steps(wrong, "propose", "annul")
    case = opened(town, "joint_measure", record=town.record(), inputs={"measure": "bidding"})
    town.do(case, "request")
    town.do(case, "respond", inputs={"term_end": "2026-07-10"})
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-06-09", "occasion": f"{NAME}投标"})


def test_every_table_loads_with_its_schema(town: Town, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows as CSV and as JSON, in one page and in many."""
    monkeypatch.setattr(public.open_data, "PAGES", 10_000)
    filled(town)
    listed = {one["name"]: one for one in client.get("/data.json").json["datasets"]}
    assert listed.keys() == DATASETS.keys()
    whole = {}
    for table, one in listed.items():
        assert client.get(one["csv"]).status_code == client.get(one["json"]).status_code == 200
        whole[table] = pages(client, table)
        assert whole[table], table
    monkeypatch.setattr(open_data, "SIZE", 1)
    for table, rows in whole.items():
        found = loaded(client, table)
        assert [{k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in found] == rows
    assert [row["disputed"] for row in whole["records"]].count(True) == 1
    assert {row["list"] for row in whole["lists"]} == {"严重失信主体名单"}
    assert whole["results"] == [
        {
            "month": "2026-06", "carried_out_by": "云溪县市场监督管理局", "measure": "限制参加政府采购和工程投标",
            "department": "云溪县生态环境局", "count": 1,
        }
    ]  # fmt: skip
    assert NAME not in str(whole["results"])


def test_periods_that_nobody_has_read_are_marked(town: Town, client: FlaskClient) -> None:
    town.record()
    town.listed()
    for confirmed in (True, False):
        for table in ("records", "lists"):
            rows = pages(client, table)
            assert (rows != [], {row["period_confirmed"] for row in rows}) == (True, {confirmed}), table
            assert {row["period_confirmed"] for row in loaded(client, table)} == {confirmed}
        town.turn(delete(own_rule))  # what the office had confirmed


def test_a_page_that_breaks_its_schema_is_seen(town: Town, client: FlaskClient) -> None:
    town.record()
    page, schema = client.get("/data/records.json").json, client.get("/data/schemas/records.json").json
    proof = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for name, value in (("number", None), ("decision_date", "6月12日"), ("disputed", "否"), ("more", 1)):
        assert not proof.is_valid({**page, "rows": [{**page["rows"][0], name: value}]}), name


def test_what_is_not_public_is_in_no_table(town: Town, client: FlaskClient) -> None:
    """Sealed, ended, masked, over, of a child or a person; and no name under which a trader may be one."""
    filled(town)
    before = {table: pages(client, table) for table in ("records", "lists", "commitments")}
    yesterday = town.today - timedelta(days=1)
    for values in (
        {"state": "sealed"}, {"state": "ceased"}, {"state": "masked"}, {"state": "unpublished"}, {"minor": True}, {"of_person": True},
        {"max_until": yesterday, "severity": "ordinary", "duty_performed_on": yesterday},
    ):  # fmt: skip
        rows = {row.id: row for row in town.all(select(record))}
        town.turn(update(record).values(values))
        ended = "max_until" in values
        assert pages(client, "records") == [] or ended, values
        assert pages(client, "lists") == [] or ended, values
        for key, row in rows.items():
            town.turn(update(record).where(record.c.id == key).values({name: getattr(row, name) for name in values}))
    assert pages(client, "records") == before["records"]
    town.turn(update(list_entry).values(left_on=town.today, left_how="removed"))
    assert pages(client, "lists") == []
    town.turn(update(list_entry).values(left_on=None, left_how=None))
    for kind, names in (("sole_trader", {None}), ("natural_person", set())):
        town.turn(update(subject).values(kind=kind))
        for table, rows in before.items():
            found = pages(client, table)
            assert {row["name"] for row in found} == names, (kind, table)
            assert len(found) == (len(rows) if kind == "sole_trader" else 0)
            assert not found or {row["uscc"] for row in found} <= {row["uscc"] for row in rows}


def test_caches_ask_again(town: Town, client: FlaskClient, clock: Clock) -> None:
    case = town.file_objection(town.record())
    for path in ("/data/records.json", "/data/records.csv"):
        first = client.get(path)
        assert "Last-Modified" not in first.headers  # who writes just now may not be done
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in first.headers
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    clock.travel(clock.instant + timedelta(minutes=5))
    dated = client.get("/data/records.json")
    asked = {"If-Modified-Since": dated.headers["Last-Modified"]}
    assert client.get("/data/records.json", headers=asked).status_code == 304
    town.at(timedelta(minutes=5))
    town.do(case, "accept")
    clock.travel(clock.instant + timedelta(minutes=5))
    answer = client.get("/data/records.json", headers=asked)
    assert (answer.status_code, answer.json["rows"][0]["disputed"]) == (200, True)
    clock.travel(clock.instant + timedelta(days=1))
    assert (
        client.get("/data/records.json", headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code
        == 200
    )


def test_tables_there_are_not(client: FlaskClient) -> None:
    for path in ("/data/people.json", "/data/people.csv", "/data/schemas/people.json", "/data/csvw/people.json"):
        assert client.get(path).status_code == 404
    for after in ("x", "-1", "2026-13", "1999-01"):
        assert client.get(f"/data/results.json?after={after}").status_code == 422
    assert client.get("/data/results.json?after=2001-01").json["rows"] == []
    assert USCC not in client.get("/data/records.csv").text


def test_acts_are_those_in_force_that_everybody_may_read(town: Town, client: FlaskClient) -> None:
    shown, withdrawn, ended, last, person, trader = permitted(town, *range(1, 7))
    waiting = permitted(town, 7)[0]
    changes: dict[str, dict[str, Any]] = {
        withdrawn: {"state": "withdrawn"}, waiting: {"state": "waiting"}, person: {"of_person": True},
        ended: {"valid_until": town.today - timedelta(days=1)},
        trader: {"title": f"准予{NAME}取水"}, last: {"valid_until": town.today, "disputed_on": town.today},
    }  # fmt: skip
    for number, values in changes.items():
        town.turn(update(act).where(act.c.number == number).values(values))
    rows = {row["number"]: row for row in pages(client, "acts")}
    assert {number: row["disputed"] for number, row in rows.items()} == {shown: False, last: True, trader: False}
    assert (rows[shown]["name"], rows[shown]["kind"], rows[shown]["published_on"]) == (
        NAME,
        "行政许可",
        str(town.today),
    )
    town.turn(update(subject).where(subject.c.uscc == USCC).values(kind="sole_trader"))
    rows = {row["number"]: row for row in pages(client, "acts")}
    assert (rows[shown]["name"], rows[shown]["title"], rows[trader]["title"]) == (None, "准予取水", None)
    assert NAME not in client.get("/data/acts.csv").text
    assert rows[trader]["uscc"] == USCC
