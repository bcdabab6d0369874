"""Headers, tokens of forms, limits and the words of errors."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.core.security import CONTENT_SECURITY_POLICY
from repairflow.web.ui import forms
from tests.conftest import Clock
from tests.support import frame

pytestmark = pytest.mark.either_database


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database).test_client()


@pytest.mark.parametrize(
    "path", ["/login", "/for/public", "/nothing", "/fails/bug", "/static/theme.css", "/api/v1/nothing"]
)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])
    assert "Strict-Transport-Security" not in headers  # plain http here
    answer.close()


def test_the_policy_allows_nothing_unsafe() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


def test_pages_are_kept_by_no_cache_and_marked_assets_for_long(client: FlaskClient) -> None:
    page = client.get("/login")
    assert page.headers["Cache-Control"] == "private, no-store"
    sheet = re.search(r'href="(/static/theme\.css\?v=[0-9a-f]{12})"', page.text)
    assert sheet
    with client.get(sheet.group(1)) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("token", [None, "", "forged", "of somebody else"])
def test_unsafe_requests_need_the_token_of_their_session(client: FlaskClient, token: str | None) -> None:
    if token == "of somebody else":
        other = client.application.test_client()
        frame.log_in(other, "lin")
        token = frame.csrf_of(other.get("/say"))
    frame.log_in(client, "zhou")
    answer = client.post("/do", data={} if token is None else {"csrf_token": token})
    assert answer.status_code == 400
    assert "没有办理" in answer.text


def test_the_token_of_the_session_is_taken(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    assert client.post("/do", data={"csrf_token": frame.csrf_of(client.get("/say"))}).text == "done"


def test_a_token_from_before_login_is_worth_nothing_after(client: FlaskClient) -> None:
    before = frame.csrf_of(client.get("/login"))
    frame.log_in(client, "zhou")
    client.get("/say")
    assert client.post("/do", data={"csrf_token": before}).status_code == 400


def test_the_api_with_a_cookie_needs_the_token_too(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    answer = client.post("/api/v1/echo", data={"word": "好"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "form_expired"


def test_foreign_hosts_are_refused(client: FlaskClient) -> None:
    answer = client.get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_oversize_is_refused_in_chinese(settings: Settings, database: Database, clock: Clock) -> None:
    frame.people(database)
    client = frame.make(settings, database, max_upload_mib=1).test_client()
    frame.log_in(client, "zhou")
    answer = client.post("/do", data={"csrf_token": "x", "file": (b"0" * (3 << 20)).decode()})
    assert answer.status_code == 413
    assert "上传的内容太大" in answer.text


def test_what_users_write_is_text(client: FlaskClient) -> None:
    page = client.get("/say", query_string={"word": "<script>alert(1)</script>"}).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>粗" not in page


@pytest.mark.parametrize(
    ("how", "status", "texts"),
    [
        ("refused", 422, ["现在不能办理", "最短公示期未满", "第八条"]),
        ("stale", 409, ["内容已变化", "请刷新"]),
        ("bug", 500, ["系统出现故障", "请求编号"]),
    ],
)
def test_an_error_says_what_happened_and_what_to_do(
    client: FlaskClient, how: str, status: int, texts: list[str]
) -> None:
    page = client.get(f"/fails/{how}")
    assert page.status_code == status
    assert all(text in page.text for text in texts)
    assert page.headers["X-Request-ID"] in page.text
    assert "320830199001011234" not in page.text
    problem = client.get(f"/fails/{how}", headers={"Accept": "application/json"})
    assert problem.content_type == "application/problem+json"
    assert problem.status_code == status
    assert problem.json is not None
    assert problem.json["status"] == status
    assert problem.json["request_id"] == problem.headers["X-Request-ID"]
    fragment = client.get(f"/fails/{how}", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert 'role="alert"' in fragment.text


def test_problems_carry_their_members(client: FlaskClient) -> None:
    json = {"Accept": "application/json"}
    refused = client.get("/fails/refused", headers=json).json
    assert refused is not None
    assert refused["refusals"] == [{"code": "early", "text": "最短公示期未满", "basis": ["第八条"]}]
    stale = client.get("/fails/stale", headers=json).json
    assert stale is not None
    assert stale["current_version"] == 7


def test_a_stranger_is_sent_to_the_login_and_back(client: FlaskClient) -> None:
    assert client.get("/for/staff?q=1").location == "/login?next=/for/staff?q%3D1"
    partial = client.get("/for/staff", headers={"HX-Request": "true"})
    assert partial.status_code == 401
    assert partial.headers["HX-Redirect"].startswith("/login")
    assert client.get("/api/v1/echo").status_code == 401


def test_a_page_about_a_dead_database_needs_no_database(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    with database.engine.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE web_session RENAME TO gone")
    page = client.get("/for/staff")
    assert page.status_code == 500
    assert "系统出现故障" in page.text


@pytest.mark.parametrize(
    ("wanted", "back"),
    [
        ("/cases?q=1", "/cases?q=1"), (None, "/home"), ("", "/home"), ("cases", "/home"), ("//x.example", "/home"),
        ("/\\x.example", "/home"), ("https://x.example", "/home"), ("javascript:alert(1)", "/home"), ("/a\nb", "/home"),
    ],
)  # fmt: skip
def test_way_back(wanted: str | None, back: str) -> None:
    assert forms.way_back(wanted, "/home") == back
