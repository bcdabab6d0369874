"""The API as a program calls it: what it may see and do, and every way in which it is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from repairflow.records import material
from repairflow.web.api import blueprint as api
from tests.support.building import Town, png
from tests.support.calling import Caller, application

RESIDENT = "11010519491231002X"


@pytest.fixture
def app(town: Town) -> Flask:
    return application(town, lambda app: app.register_blueprint(api.blueprint))


def filing(town: Town, caller: Caller, number: str) -> dict[str, Any]:
    made = town.filing("repair", number, kinds=(), inputs={})
    answer = caller.post("/materials", data={"kind": "performance_proof", "file": (io.BytesIO(png()), "缴款凭证.png")})
    assert answer.status_code == 201, answer.json
    assert answer.json["file_name"] == "缴款凭证.png"
    return {"procedure": "repair", "record": number, "inputs": dict(made.inputs), "materials": [answer.json["token"]]}


def problem(answer: TestResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """The body of an answer that says no, in the one form all of them have."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["status"] == status
    assert body["detail"]
    if code:
        assert body["code"] == code
    return body


def test_a_repair_over_the_api_from_record_to_letter(town: Town, app: Flask) -> None:
    number = town.record()
    yunxi, acceptor = Caller(app, town, "yunxi"), Caller(app, town, "acceptor@ENV")
    assert [item["number"] for item in yunxi.get("/records").json["items"]] == [number]
    shown = yunxi.get(f"/records/{number}").json
    assert {o["procedure"] for o in shown["openings"] if o["open"]} >= {"repair"}

    body = filing(town, yunxi, number)
    filed = yunxi.post("/cases", body, key="one")
    assert filed.status_code == 201, filed.json
    case = filed.json["case"]
    assert filed.headers["Location"] == f"/api/v1/cases/{case}"
    again = yunxi.post("/cases", body, key="one")
    assert (again.status_code, again.json["case"], again.json["replayed"]) == (200, case, True)

    view = acceptor.get(f"/cases/{case}").json
    accept = next(o for o in view["options"] if o["action"] == "accept")
    assert accept["open"]
    assert accept["mine"]
    step = {"expected_version": view["version"]}
    done = acceptor.post(f"/cases/{case}/actions/accept", step, key="a")
    assert done.status_code == 200, done.json
    assert done.json["letter"]
    replay = acceptor.post(f"/cases/{case}/actions/accept", step, key="a")
    assert (replay.status_code, replay.json["digest"], replay.json["replayed"]) == (200, done.json["digest"], True)

    stale = problem(acceptor.post(f"/cases/{case}/actions/request_supplement", step), 409, "stale")
    assert stale["current_version"] == done.json["version"]

    events = yunxi.get(f"/cases/{case}/events").json["items"]
    assert [e["action"] for e in events] == ["file", "accept"]
    assert events[1]["prev"] == events[0]["digest"]
    assert all(e["inputs"] is None for e in events)
    assert acceptor.get(f"/cases/{case}/events").json["items"][0]["inputs"]
    dues = yunxi.get(f"/cases/{case}/deadlines").json["items"]
    assert any(day["counts"] for due in dues for day in due["days"])
    letters = yunxi.get(f"/cases/{case}/letters").json["items"]
    assert letters[0]["number"] == done.json["letter"]
    pdf = yunxi.get(f"/letters/{letters[0]['token']}.pdf")
    assert (pdf.status_code, pdf.headers["Retry-After"], pdf.json["pdf"]) == (202, "5", None)
    told = app.test_client().get(f"/api/v1/verify/{letters[0]['token']}")
    assert (told.status_code, told.json["genuine"], told.json["number"]) == (200, True, done.json["letter"])
    assert (told.json["pdf_digest"], told.json["pdf_altered"]) == (None, False)
    assert "云溪环保科技有限公司" not in told.get_data(as_text=True)
    said = {one["label"]: one["said"] for one in told.json["details"]}
    assert said["涉及的文书"].startswith("《行政处罚决定书》")
    assert (told.json["kind"], told.json["decided"], told.json["replay_agrees"]) == ("收到、受理", None, None)


def test_who_is_nobody_and_who_is_foreign(town: Town, app: Flask) -> None:
    number = town.record()
    case = town.file_repair(number)
    stranger, other = app.test_client(), Caller(app, town, "hengtuo")
    step = {"expected_version": 1}
    for path in (f"/cases/{case}", "/cases", f"/records/{number}", f"/cases/{case}/events"):
        answer = stranger.get(f"/api/v1{path}")
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    problem(stranger.get("/api/v1/cases", headers={"Authorization": "Bearer wrong"}), 401)
    assert other.get("/cases").json == {"items": [], "next": None}
    absent, foreign = "XF-2026-999999", case
    for path in ("/cases/{}", "/cases/{}/events", "/cases/{}/deadlines", "/cases/{}/letters"):
        first, second = problem(other.get(path.format(absent)), 404), problem(other.get(path.format(foreign)), 404)
        assert {**first, "request_id": ""} == {**second, "request_id": ""}
    for asked in (step, {"expected_version": 99}):
        first = problem(other.post(f"/cases/{absent}/actions/withdraw", asked), 404)
        second = problem(other.post(f"/cases/{foreign}/actions/withdraw", asked), 404)
        assert {**first, "request_id": ""} == {**second, "request_id": ""}
    problem(other.get(f"/records/{number}"), 404)
    problem(Caller(app, town, "reviewer@ENV").post(f"/cases/{case}/actions/accept", step), 403)
    problem(Caller(app, town, "auditor@CREDIT").post(f"/cases/{case}/actions/accept", step), 403)


def test_a_refusal_names_every_reason(town: Town, app: Flask) -> None:
    case = town.file_repair()
    decider = Caller(app, town, "decider@ENV")
    body = problem(
        decider.post(f"/cases/{case}/actions/grant", {"expected_version": 1, "reason": "同意"}), 422, "refused"
    )
    assert [r["code"] for r in body["refusals"]][:1] == ["wrong_state"]
    assert all(r["text"] and isinstance(r["basis"], list) for r in body["refusals"])
    assert town.case(case).version == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"expected_version": RESIDENT}, "expected_version"),
        ({"expected_version": 0}, "expected_version"),
        ({"ground": RESIDENT}, "ground"),
        ({"inputs": [RESIDENT]}, "inputs"),
        ({"materials": RESIDENT}, "materials"),
        ({RESIDENT: RESIDENT}, ""),
        ({"inputs": {RESIDENT: "1"}}, RESIDENT),
    ],
    ids=["text", "zero", "ground", "list", "materials", "unknown", "unknown input"],
)
def test_a_faulty_body_is_named_and_not_repeated(town: Town, app: Flask, change: dict[str, Any], where: str) -> None:
    case = town.file_repair()
    acceptor = Caller(app, town, "acceptor@ENV")
    answer = acceptor.post(f"/cases/{case}/actions/accept", {"expected_version": 1, **change})
    body = problem(answer, 422, "invalid")
    if where != RESIDENT:
        assert where in {p["where"] for p in body["problems"]}
        assert RESIDENT not in answer.get_data(as_text=True)
    assert town.case(case).version == 1


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/cases", {"data": b"procedure=repair", "content_type": "application/x-www-form-urlencoded"}, 415),
        ("/cases", {"data": b"{}", "content_type": "text/plain"}, 415),
        ("/cases", {"data": b"{", "content_type": "application/json"}, 400),
        ("/cases", {"data": b"[]", "content_type": "application/json"}, 400),
        ("/cases", {"data": b'{"inputs": {"a": NaN}}', "content_type": "application/json"}, 400),
        ("/cases", {"data": b"{}", "content_type": "application/json"}, 422),
        ("/materials", {"data": b"{}", "content_type": "application/json"}, 415),
        ("/materials", {"data": {"kind": "performance_proof"}, "content_type": "multipart/form-data"}, 422),
    ],
    ids=["form", "text", "cut off", "list", "NaN", "empty", "json upload", "no file"],
)
def test_another_kind_of_body(town: Town, app: Flask, path: str, sent: dict[str, Any], status: int) -> None:
    problem(Caller(app, town, "yunxi").post(path, **sent), status)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"not a picture", 422), (png()[:-24], 422), (b"%PDF-1.7 cut", 422), (b"\x89" * (21 << 20), 413)],
    ids=["empty", "other type", "truncated", "broken pdf", "too large"],
)
def test_a_bad_upload(town: Town, app: Flask, content: bytes, status: int) -> None:
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nperformance_proof\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    )
    body = parts + content + b"\r\n--b--\r\n"
    yunxi = Caller(app, town, "yunxi")
    problem(yunxi.post("/materials", data=body, content_type="multipart/form-data; boundary=b"), status)
    assert town.all(select(material)) == []


@pytest.mark.parametrize("key", ["", " ", "a b", "密", "x" * 61], ids=["none", "blank", "space", "Chinese", "long"])
def test_a_change_needs_a_usable_key(town: Town, app: Flask, key: str) -> None:
    case = town.file_repair()
    headers = {"Idempotency-Key": key} if key else {}
    caller = Caller(app, town, "acceptor@ENV")
    answer = caller.client.post(
        f"/api/v1/cases/{case}/actions/accept",
        headers=caller.headers | {name: value.encode().decode("latin-1") for name, value in headers.items()},
        json={"expected_version": 1},
    )
    body = problem(answer, 422)
    assert {p["where"] for p in body["problems"]} == {"Idempotency-Key"}


def test_a_key_used_for_another_filing(town: Town, app: Flask) -> None:
    one, two = town.record(), town.record()
    yunxi = Caller(app, town, "yunxi")
    assert yunxi.post("/cases", filing(town, yunxi, one), key="k").status_code == 201
    problem(yunxi.post("/cases", filing(town, yunxi, two), key="k"), 409, "conflict")
    # keys of different people never meet
    other = town.record(company="hengtuo")
    assert problem(Caller(app, town, "hengtuo").post("/cases", {"procedure": "repair", "record": other}, key="k"), 422)


def test_lists_by_keyset(town: Town, app: Flask) -> None:
    numbers = [town.record() for _ in range(3)]
    cases = [town.file_repair(number) for number in numbers]
    yunxi = Caller(app, town, "yunxi")
    for path, expected in (("/records", numbers), ("/cases", cases)):
        seen, after = [], ""
        while True:
            page = yunxi.get(f"{path}?limit=2" + (f"&after={after}" if after else "")).json
            seen += [item["number"] for item in page["items"]]
            if page["next"] is None:
                break
            after = page["next"]
        assert seen == expected[::-1]
    by_due = yunxi.get("/cases?order=due&limit=1").json
    assert len(yunxi.get(f"/cases?order=due&after={by_due['next']}").json["items"]) == 2
    assert len(yunxi.get(f"/cases?search={cases[0]}").json["items"]) == 1
    assert yunxi.get("/cases?procedure=objection&state=open").json["items"] == []
    for query in ("limit=0", "limit=x", "after=x", "after=1.2.3", "order=odd", "unknown=1", "state=gone"):
        problem(yunxi.get(f"/cases?{query}"), 422)
        problem(yunxi.get(f"/records?{query}"), 422) if "order" not in query else None


def test_too_many_changes_are_throttled(town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repairflow.web.api.limits.WRITES", 2)
    asked = {"procedure": "repair", "record": "none"}
    nodes = [application(town, lambda app: app.register_blueprint(api.blueprint)) for _ in range(2)]
    callers = [Caller(node, town, "yunxi") for node in nodes]
    statuses = [callers[n % 2].post("/cases", asked).status_code for n in range(3)]
    assert statuses == [404, 404, 429]  # what one process counts, all count


def test_a_session_of_a_browser_needs_its_form_token(town: Town, app: Flask) -> None:
    from tests.support.calling import visit

    case = town.file_repair()
    browser = visit(app, town, "acceptor@ENV")
    assert browser.get(f"/api/v1/cases/{case}").status_code == 200
    answer = browser.post(
        f"/api/v1/cases/{case}/actions/accept", json={"expected_version": 1}, headers={"Idempotency-Key": "k"}
    )
    problem(answer, 400, "form_expired")
    assert town.case(case).version == 1


def test_unknown_tokens_all_get_the_same_answer(town: Town, app: Flask) -> None:
    stranger = app.test_client()
    answers = [problem(stranger.get(f"/api/v1/verify/{token}"), 404) for token in ("a", "A" * 22, "%00", "x" * 300)]
    assert len({json.dumps({**body, "request_id": ""}) for body in answers}) == 1
