"""Changes beside steps of a case over the API: what a page does and refuses, a call does and refuses."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.documents import rendering_job
from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.records import import_run, letter, outbox, person, record, role_grant, service, target
from repairflow.records import office as offices
from repairflow.settings import Settings
from repairflow.web.api import blueprint as api
from tests.conftest import Clock
from tests.support.building import Town, png
from tests.support.calling import KEYS, Caller, application
from tests.web.test_api_calls import problem

ABSENT = "SX-2026-999999"
SERVED = {"mode": "post", "served_at": "2026-06-10T10:00:00", "recipient": "宋远山"}
PERFORMED = {"performed": "2026-03-01", "corrected": "2026-03-02", "evidence": "缴款凭证"}


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    made = Town(database, settings)
    with made.db.begin() as tx:
        values = {"login": "guard", "name": "沐杉", "kind": "staff", "active": True}
        one = tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one()
        post = {"person_id": one, "role": "security_admin", "office_id": made.offices["CREDIT"], "admin_slot": 1}
        tx.execute(insert(role_grant).values(post))
    made.people["security_admin@CREDIT"] = one
    return made


@pytest.fixture
def app(town: Town) -> Flask:
    return application(town, lambda app: app.register_blueprint(api.blueprint))


@pytest.fixture
def token(town: Town, press: Press) -> str:
    """The acceptance letter of a repair, made."""
    town.do(town.file_repair(), "accept")
    row = town.one(select(letter).where(letter.c.kind == "repair_accepted"))
    rendering_job.press(town.db, town.services.letters, press.press, row.id, town.now)
    return str(row.token)


def proof(caller: Caller) -> str:
    sent = {"kind": "service_evidence", "file": (io.BytesIO(png()), "回证.png")}
    return str(caller.post("/materials", data=sent).json["token"])


def twice(caller: Caller, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request sent twice under one key: the second time it is told, and not done."""
    key = f"k{next(KEYS)}"
    first = caller.post(path, body, key=key)
    assert first.status_code == 200, first.json
    again = caller.post(path, body, key=key)
    assert again.json == {**first.json, "replayed": True}
    assert first.json["replayed"] is False
    if "reason" in body:
        problem(caller.post(path, {**body, "reason": "其他"}, key=key), 409, "conflict")
    found: dict[str, Any] = first.json
    return found


def test_a_letter_is_served_and_the_registration_taken_back(town: Town, app: Flask, token: str) -> None:
    officer, head = Caller(app, town, "acceptor@ENV"), Caller(app, town, "head@ENV")
    path = f"/letters/{token}/service"
    faults = problem(officer.post(path, SERVED), 422, "invalid")["problems"]
    assert [one["where"] for one in faults] == ["material"]
    body = {**SERVED, "material": proof(officer)}
    made = twice(officer, path, body)
    assert (made["mode"], made["effective_day"], made["withdrawn"]) == ("post", "2026-06-10", False)
    assert len(town.all(select(service))) == 1
    assert problem(officer.post(path, body), 404)["detail"]  # its proof is used up
    problem(officer.post(f"{path}/withdrawal", {"reason": "登记有误"}), 403)
    problem(head.post(f"{path}/withdrawal", {"reason": " "}), 422, "invalid")
    assert twice(head, f"{path}/withdrawal", {"reason": "登记有误"})["withdrawn"]


def test_a_letter_is_signed_for_by_its_addressee(town: Town, app: Flask, token: str) -> None:
    agent = Caller(app, town, "yunxi's agent")
    refused = problem(agent.post(f"/letters/{token}/receipt", {}), 422, "refused")
    assert [one["code"] for one in refused["refusals"]] == ["no_consent"]
    (subject,) = agent.get("/service-consent").json["items"]
    assert subject["given_at"] is None
    assert twice(agent, f"/service-consent/{subject['subject_id']}", {"given": True, "signed_by": "林一鸣"})["changed"]
    assert agent.get("/service-consent").json["items"][0]["given_at"]
    assert twice(agent, f"/letters/{token}/receipt", {})["mode"] == "electronic"


def test_a_letter_is_corrected_and_the_correction_withdrawn(town: Town, app: Flask, token: str) -> None:
    head = Caller(app, town, "head@ENV")
    body = {"reason": "笔误", "changes": [{"what": "日期", "was": "六月", "new": "七月"}]}
    made = twice(head, f"/letters/{token}/correction", body)
    assert made["token"] != token
    refused = head.post(f"/letters/{token}/withdrawal", {"reason": "重复"})
    assert problem(refused, 422, "refused")["refusals"]  # it is superseded
    assert twice(head, f"/letters/{made['token']}/withdrawal", {"reason": "重复"})["state"] == "withdrawn"


def test_a_letter_is_issued_anew(town: Town, app: Flask, token: str) -> None:
    officer, head = Caller(app, town, "acceptor@ENV"), Caller(app, town, "head@ENV")
    words = officer.get(f"/letters/{token}/words").json
    body = {"reason": "受文单位写错", "addressee": f"{words['addressee']}（更正）"}
    assert twice(officer, f"/letters/{token}/reissue", body) == {
        "state": "proposed",
        "letter": token,
        "replayed": False,
    }
    assert twice(head, f"/letters/{token}/reissue/decline", {"reason": "不必"})["state"] == "declined"
    officer.post(f"/letters/{token}/reissue", body)
    made = twice(head, f"/letters/{token}/reissue/issue", {"reason": ""})
    assert made["state"] == "issued"
    assert head.get(f"/letters/{made['letter']}.pdf").status_code == 202


def test_a_records_notice_and_its_performance(town: Town, app: Flask) -> None:
    number = town.record(decided=date(2026, 5, 6))
    officer = Caller(app, town, "acceptor@ENV")
    town.turn(update(record).where(record.c.number == number).values(duty_performed_on=None, corrected_on=None))
    path = f"/records/{number}/performance"
    assert problem(officer.post(path, {**PERFORMED, "performed": "昨天"}), 422, "invalid")["problems"]
    answer = officer.post(path, {**PERFORMED, "performed": "2026-06-01", "corrected": "2026-06-01"}, key="p")
    assert answer.json == {"changed": True, "replayed": False}
    problem(officer.post(path, PERFORMED), 409, "conflict")
    made = officer.post(f"/records/{number}/notice", {})
    assert made.status_code in {200, 409}, made.json


def test_a_table_is_handed_in_and_given_up(town: Town, app: Flask) -> None:
    provider = Caller(app, town, "provider@ENV")

    def hand_in(key: str, office: str = "ENV") -> Any:
        code = town.one(select(offices.c.code).where(offices.c.id == town.offices[office])).code
        return provider.post("/imports", data={"office": code, "file": (io.BytesIO(b"a,b\n1,2\n"), "表.csv")}, key=key)

    made, again = hand_in("one"), hand_in("one")
    assert (made.status_code, again.json) == (201, {**made.json, "replayed": True})
    assert len(town.all(select(import_run))) == 1
    token = made.json["token"]
    kept = ImportFiles(town.services.imports)
    assert [path.name for path in town.settings.imports.iterdir()] == [token]
    assert problem(hand_in("two", "MARKET"), 422, "invalid")["problems"][0]["where"] == "office"
    assert provider.get(f"/imports/{token}").json["state"] == "checking"
    assert twice(provider, f"/imports/{token}/drop", {})["changed"] is False  # it is not checked yet
    assert twice(provider, f"/imports/{token}/stop", {})["changed"]
    assert provider.get(f"/imports/{token}").json["state"] == "dropped"
    town.turn(update(import_run).values(state="checked"))
    assert provider.post(f"/imports/{token}/drop", {}).json["changed"]
    assert not kept.waits(token)
    for step in ("confirm", "resume"):
        problem(provider.post(f"/imports/{token}/{step}", {}), 422, "invalid")


def test_a_push_is_sent_again(town: Town, app: Flask) -> None:
    town.do(town.file_repair(), "accept")
    town.turn(update(outbox).values(state="dead"))
    supervisor = Caller(app, town, "supervisor@CREDIT")
    row = supervisor.get("/pushes").json["items"][0]
    assert row["state"] == "dead"
    assert twice(supervisor, f"/pushes/{row['id']}/note", {"note": "对方周五换证书"})["changed"]
    assert twice(supervisor, f"/pushes/{row['id']}/retry", {})["changed"]
    assert supervisor.post(f"/pushes/{row['id']}/retry", {}).json["changed"] is False
    assert twice(supervisor, "/pushes/retry", {"pushes": [row["id"]]})["retried"] == 0


def test_the_installation(town: Town, app: Flask) -> None:
    maker, guard = Caller(app, town, "system_admin@CREDIT"), Caller(app, town, "security_admin@CREDIT")
    place = {
        "code": "NEW-1",
        "name": "新设单位",
        "short_name": "新设",
        "mark": "新设字",
        "kind": "authority",
        "domain": "general",
    }
    assert twice(maker, "/offices", place)["code"] == "NEW-1"
    problem(maker.post("/offices", place), 422, "invalid")
    assert twice(maker, "/offices/NEW-1", {"contact": "0371-1"})["changed"]
    assert town.one(select(offices.c.contact).where(offices.c.code == "NEW-1")).contact == "0371-1"
    who = {"login": "newcomer", "name": "新人", "kind": "staff"}
    assert twice(maker, "/people", who)["login"] == "newcomer"
    assert twice(maker, "/people/newcomer/name", {"name": "新人甲"})["changed"]
    assert twice(guard, "/people/newcomer/active", {"on": False})["changed"]
    row = town.one(select(person).where(person.c.login == "newcomer"))
    assert (row.name, row.active, row.password_hash) == ("新人甲", False, None)
    assert twice(maker, "/clock", {}) == {"changed": False, "freed": 0, "replayed": False}
    problem(maker.post("/calendar", {"content": "year = 2027"}), 422, "calendar")
    assert twice(maker, "/targets/site/messages", {"kinds": ["letter_change", "record_changed"]})["changed"]
    assert town.one(select(target).where(target.c.code == "site")).takes == ["record_changed", "letter_change"]
    problem(maker.post("/targets/site/messages", {"kinds": ["telegram"]}), 422, "invalid")
    problem(maker.post("/targets/site/messages", {"kinds": []}), 422, "invalid")


ROLES = (
    "yunxi", "hengtuo", "acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT", "system_admin@CREDIT",
    "security_admin@CREDIT",
)  # fmt: skip
CALLS: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    # path → body, and the status for who is not turned away by its post alone (403)
    "/letters/{token}/service": (SERVED, {"acceptor@ENV": 422, "head@MARKET": 404, "supervisor@CREDIT": 422, "auditor@CREDIT": 403}),
    "/cases/{case}/notes": ({"text": "x"}, {"acceptor@ENV": 200, "head@MARKET": 404, "supervisor@CREDIT": 200}),
    "/letters/{token}/service/withdrawal": ({"reason": "x"}, {"head@MARKET": 404}),
    "/letters/{token}/receipt": ({}, {"yunxi": 422, "hengtuo": 404}),
    "/letters/{token}/correction": ({"reason": "x", "changes": []}, {"head@MARKET": 404}),
    "/letters/{token}/withdrawal": ({"reason": "x"}, {"head@MARKET": 404}),
    "/letters/{token}/reissue": ({"reason": "", "addressee": ""}, {"acceptor@ENV": 422, "head@MARKET": 404}),
    "/letters/{token}/reissue/issue": ({"reason": ""}, {"head@MARKET": 404}),
    "/letters/{token}/reissue/decline": ({"reason": ""}, {"head@MARKET": 404}),
    "/service-consent/{yunxi}": ({"given": False}, {"yunxi": 200, "hengtuo": 404}),
    "/records/{record}/notice": ({}, {"head@MARKET": 404, "acceptor@ENV": 200, "supervisor@CREDIT": 404}),
    "/records/{record}/birthday": (
        {"born": "x"},
        {"yunxi": 409, "acceptor@ENV": 409}
        | dict.fromkeys(("hengtuo", "head@MARKET", "supervisor@CREDIT", "system_admin@CREDIT", "security_admin@CREDIT"), 404),
    ),
    "/records/{record}/performance": (PERFORMED, {"head@MARKET": 404, "acceptor@ENV": 409, "supervisor@CREDIT": 404}),
    "/records/{record}/annulment": (
        {"ground": "court", "document": "", "day": "", "reason": ""},
        {"head@MARKET": 404, "acceptor@ENV": 422, "supervisor@CREDIT": 404},
    ),
    "/held-rows/999999": ({"accept": True}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/imports/none/confirm": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/imports/none/drop": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/imports/none/stop": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/imports/none/resume": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/standing": (
        {"purpose": "", "codes": ["x"]},
        dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 422),
    ),
    "/standing/runs": (
        {"codes": ["x"]},
        dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 415),
    ),
    "/standing/runs/none/stop": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/standing/runs/none/resume": ({}, dict.fromkeys(("acceptor@ENV", "head@MARKET", "supervisor@CREDIT", "auditor@CREDIT"), 404)),
    "/pushes/999999/retry": ({}, {"head@MARKET": 404, "supervisor@CREDIT": 404}),
    "/pushes/999999/note": ({"note": "x"}, {"head@MARKET": 404, "supervisor@CREDIT": 404}),
    "/pushes/retry": ({"pushes": [999999]}, {"head@MARKET": 404, "supervisor@CREDIT": 404}),
    "/pushes/settle": ({"jobs": [999999], "reason": "x"}, {"head@MARKET": 404, "supervisor@CREDIT": 404}),
    "/jobs/999999/note": ({"note": "x"}, {"head@MARKET": 404, "supervisor@CREDIT": 404}),
    "/cases/{case}/deadlines/none/confirmation": ({"reason": "x"}, {"supervisor@CREDIT": 422}),
    "/cases/{case}/claim": ({}, {"acceptor@ENV": 200, "head@MARKET": 404}),
    "/cases/{case}/assignment": ({"role": "acceptor", "login": ""}, {"acceptor@ENV": 200, "head@MARKET": 404}),
    "/clock": ({}, {"supervisor@CREDIT": 200, "system_admin@CREDIT": 200}),
    "/calendar": ({"content": "x"}, {"system_admin@CREDIT": 422}),
    "/offices": ({"code": ""}, {"system_admin@CREDIT": 422}),
    "/offices/NONE": ({}, {"system_admin@CREDIT": 404}),
    "/people": ({"login": "a", "name": "", "kind": "staff"}, {"system_admin@CREDIT": 422}),
    "/people/none/name": ({"name": "x"}, {"system_admin@CREDIT": 404}),
    "/people/none/active": ({"on": True}, {"security_admin@CREDIT": 404}),
    "/targets/none/messages": ({"kinds": ["record_changed"]}, {"system_admin@CREDIT": 404}),
    "/targets/none/active": ({"on": True}, {"system_admin@CREDIT": 404}),
}  # fmt: skip


ELSEWHERE = (
    "/cases", "/cases/<number>/actions/<action>", "/materials", "/imports", "/subjects/<code>/registration",
    "/subjects/<code>/end", "/acts", "/acts/settlement",
)  # fmt: skip
"""Calls whose callers other tests try."""


def test_who_may_call_what(town: Town, app: Flask, token: str) -> None:
    """One table for every call: its own post, the posts beside it, a foreign office, a stranger, nobody."""
    real = {"token": token, "yunxi": town.subjects["yunxi"], "record": town.record(), "case": town.file_repair()}
    callers, nobody = {who: Caller(app, town, who) for who in ROLES}, app.test_client()
    wrong = []
    for path, (body, statuses) in CALLS.items():
        where = path.format(**real)
        assert nobody.post(f"/api/v1{where}", json=body, headers={"Idempotency-Key": "k"}).status_code == 401, path
        for who, caller in callers.items():
            got = caller.post(where, body).status_code
            if got != statuses.get(who, 403):
                wrong.append(f"{path} by {who}: {got}")
    assert wrong == []
    told = {
        rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.") and "POST" in rule.methods
    }
    assert len(told) == len(CALLS) + len(ELSEWHERE)
    assert not town.all(select(service))
