"""Sessions are rows that end; cookies and tokens are keys to them and nothing more."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from repairflow import times
from repairflow.casework.admin import credentials
from repairflow.db import Database
from repairflow.records import api_token, person, web_session
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import sessions
from tests.conftest import Clock
from tests.support import frame

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database).test_client()


def inside(client: FlaskClient) -> bool:
    return client.get("/for/signed_in").status_code == 200


def rows(db: Database) -> int:
    with db.read() as tx:
        return tx.execute(select(func.count()).where(web_session.c.ended_at.is_(None))).scalar_one()


@pytest.mark.parametrize(
    ("login", "password", "text"),
    [
        ("zhou", "wrong", "不正确"),
        ("nobody", frame.PASSWORD, "不正确"),
        ("gone", frame.PASSWORD, "不正确"),
        ("", frame.PASSWORD, "请输入登录名"),
        ("zhou", "", "请输入密码"),
        ("z" * 81, "sesame", "过长"),
    ],
)
def test_a_wrong_login_says_so_and_nothing_more(client: FlaskClient, login: str, password: str, text: str) -> None:
    answer = frame.log_in(client, login, password)
    assert answer.status_code == 422
    assert text in answer.text
    assert not password or f'value="{password}"' not in answer.text
    assert not inside(client)


def test_the_cookie_holds_no_identity_and_the_database_no_token(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    cookie = client.get_cookie("repairflow")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert len(cookie.value) >= 43
    with database.read() as tx:
        assert tx.execute(select(web_session.c.token_digest)).scalar_one() == sessions.digest_of(cookie.value)


def test_secure_cookies_behind_https(settings: Settings, database: Database, clock: Clock) -> None:
    frame.people(database)
    app = frame.make(settings, database, public_url="https://credit.example", trusted_hosts=("credit.example",))
    client = app.test_client()
    page = client.get("/login", base_url="https://credit.example")
    data = {"login": "zhou", "password": frame.PASSWORD, "csrf_token": frame.csrf_of(page)}
    headers = {"Referer": "https://credit.example/login"}
    answer = client.post("/login", data=data, base_url="https://credit.example", headers=headers)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-repairflow="))
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in answer.headers


def test_logout_kills_the_row_not_only_the_cookie(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    kept = client.get_cookie("repairflow")
    assert kept is not None
    token = frame.csrf_of(client.get("/say"))
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303
    client.set_cookie("repairflow", kept.value)  # a copied cookie is worth nothing now
    assert not inside(client)
    assert rows(database) == 0


@pytest.mark.parametrize(
    ("steps", "still_in"),
    [
        ([timedelta(minutes=29)], True),
        ([timedelta(minutes=31)], False),
        ([timedelta(minutes=20)] * 2, False),  # reading does not keep it awake
    ],
)
def test_idle_sessions_end(client: FlaskClient, clock: Clock, steps: list[timedelta], still_in: bool) -> None:
    frame.log_in(client, "zhou")
    for step in steps:
        clock.travel(step)
        found = inside(client)
    assert found is still_in


def test_a_sign_of_life_keeps_awake_until_the_absolute_end(client: FlaskClient, clock: Clock) -> None:
    frame.log_in(client, "zhou")
    token = frame.csrf_of(client.get("/say"))
    for _ in range(12 * 3 - 1):
        clock.travel(timedelta(minutes=20))
        assert client.post("/alive", headers={"X-CSRFToken": token}).status_code == 204
    clock.travel(timedelta(minutes=20))
    assert not inside(client)


def test_seen_is_written_at_most_once_a_minute_and_never_by_reading(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    frame.log_in(client, "zhou")
    token = frame.csrf_of(client.get("/say"))
    began = times.now()

    def seen() -> timedelta:
        with database.read() as tx:
            return tx.execute(select(web_session.c.seen_at)).scalar_one() - began

    clock.travel(timedelta(seconds=50))
    client.post("/do", data={"csrf_token": token})
    assert seen() == timedelta(0)
    clock.travel(timedelta(seconds=50))
    client.get("/say")
    assert seen() == timedelta(0)
    client.post("/do", data={"csrf_token": token})
    assert seen() == timedelta(seconds=100)


def test_a_person_made_inactive_is_out_at_once(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    with database.begin() as tx:
        tx.execute(update(person).where(person.c.login == "zhou").values(active=False))
    assert not inside(client)


def test_a_persons_sessions_all_end_at_once(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    with database.begin() as tx:
        credentials.end_sessions(tx, frame.REVIEWER, times.now())
    assert not inside(client)


def test_logging_in_again_ends_the_session_before(client: FlaskClient, database: Database) -> None:
    frame.log_in(client, "zhou")
    frame.log_in(client, "lin")
    assert rows(database) == 1
    assert client.get("/for/enterprise").status_code == 200


def test_a_weak_hash_is_hashed_again_at_login(client: FlaskClient, database: Database) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(frame.PASSWORD)
    with database.begin() as tx:
        tx.execute(update(person).where(person.c.login == "zhou").values(password_hash=weak))
    assert frame.log_in(client, "zhou").status_code == 303
    with database.read() as tx:
        assert tx.execute(select(person.c.password_hash).where(person.c.login == "zhou")).scalar_one() != weak


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [("/for/staff", "/for/staff"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/")],
)
def test_after_login_one_goes_back_within_this_site(client: FlaskClient, wanted: str, lands: str) -> None:
    token = frame.csrf_of(client.get("/login"))
    data = {"login": "zhou", "password": frame.PASSWORD, "csrf_token": token}
    assert client.post("/login", query_string={"next": wanted}, data=data).location == lands


def test_guessing_is_throttled_by_login_and_address(client: FlaskClient, clock: Clock) -> None:
    for _ in range(8):
        assert frame.log_in(client, "zhou", "guess").status_code == 422
    refused = frame.log_in(client, "zhou")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert frame.log_in(client, "lin").status_code == 303
    clock.travel(timedelta(minutes=11))
    assert frame.log_in(client, "zhou").status_code == 303


# ---- bearer tokens ----


def token_for(db: Database, **changes: object) -> str:
    fields = {
        "digest": sessions.digest_of("t0ken"),
        "person_id": frame.REVIEWER,
        "label": "接口",
        "created_at": times.now(),
        "expires_at": times.now() + timedelta(days=1),
    }
    with db.begin() as tx:
        tx.execute(insert(api_token).values({**fields, **changes}))
    return "t0ken"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, 200), ({"ended_at": "now"}, 401), ({"expires_at": "now"}, 401), ({"person_id": frame.GONE}, 401)],
)
def test_bearer_tokens(client: FlaskClient, database: Database, changes: dict[str, object], status: int) -> None:
    given = {name: times.now() if value == "now" else value for name, value in changes.items()}
    header = {"Authorization": f"Bearer {token_for(database, **given)}"}
    answer = client.post(
        "/api/v1/echo", data={"word": "好"}, headers=header
    )  # no browser adds it: no CSRF token needed
    assert answer.status_code == status


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic emhvdTp4", "Bearer", ""])
def test_an_authorization_header_is_judged_alone(client: FlaskClient, header: str) -> None:
    frame.log_in(client, "zhou")  # the cookie must not help
    answer = client.post("/api/v1/echo", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


# ---- second factor ----


@pytest.fixture
def careful(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    frame.people(database)
    with database.begin() as tx:
        sealed = Vault(b"k" * 32).seal(SECRET)
        tx.execute(update(person).where(person.c.login == "zhou").values(totp_secret=sealed))
    return frame.make(settings, database, require_second_factor=True).test_client()


def give_code(client: FlaskClient, code: str) -> int:
    token = frame.csrf_of(client.get("/login/code"))
    return client.post("/login/code", data={"code": code, "csrf_token": token}).status_code


def code_now() -> str:
    return pyotp.TOTP(SECRET).at(times.now())


def test_staff_get_nowhere_before_the_code(careful: FlaskClient) -> None:
    assert frame.log_in(careful, "zhou").location == "/login/code"
    answer = careful.get("/for/staff")
    assert answer.status_code == 303
    assert answer.location.startswith("/login/code")
    assert give_code(careful, "000000") == 422
    assert give_code(careful, "12") == 422
    assert give_code(careful, code_now()) == 303
    assert careful.get("/for/staff").status_code == 200


def test_a_code_is_good_once(careful: FlaskClient, clock: Clock) -> None:
    frame.log_in(careful, "zhou")
    used = code_now()
    assert give_code(careful, used) == 303
    frame.log_in(careful, "zhou")
    clock.travel(timedelta(seconds=10))
    assert give_code(careful, used) == 422
    clock.travel(timedelta(seconds=30))
    assert give_code(careful, used) == 422
    assert give_code(careful, code_now()) == 303


def test_agents_need_no_code_and_staff_without_a_device_are_led_to_bind_one(careful: FlaskClient) -> None:
    assert frame.log_in(careful, "lin").location == "/"
    assert careful.get("/for/enterprise").status_code == 200
    frame.log_in(careful, "meng")
    assert careful.get("/login/code").location == "/account/second-factor"
    assert careful.get("/for/auditor").status_code == 303


def test_guessing_codes_is_throttled(careful: FlaskClient) -> None:
    frame.log_in(careful, "zhou")
    assert [give_code(careful, "000000") for _ in range(9)][-2:] == [422, 429]


# ---- the demonstration's entry ----


def demo(settings: Settings, database: Database, **changes: object) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database, **{"demo": True, **changes}).test_client()


def test_one_press_enters_as_a_sample_person(settings: Settings, database: Database, clock: Clock) -> None:
    client = demo(settings, database)
    page = client.get("/")
    assert "林一鸣" in page.text
    assert "云溪环保科技有限公司 · 经办人" in page.text
    assert "非示例" not in page.text
    answer = client.post(f"/enter/{frame.AGENT}", data={"csrf_token": frame.csrf_of(page)})
    assert answer.status_code == 303
    assert client.get("/for/enterprise").status_code == 200


@pytest.mark.parametrize("person_id", [frame.GONE, frame.NO_SAMPLE, 99])
def test_nobody_else_is_entered(settings: Settings, database: Database, clock: Clock, person_id: int) -> None:
    client = demo(settings, database)
    token = frame.csrf_of(client.get("/"))
    assert client.post(f"/enter/{person_id}", data={"csrf_token": token}).status_code == 404
    assert not inside(client)


@pytest.mark.parametrize(
    ("changes", "address", "headers"),
    [
        ({"demo": False}, "127.0.0.1", {}),
        ({}, "10.0.0.8", {}),
        ({}, "127.0.0.1", {"X-Forwarded-For": "10.0.0.8"}),
        ({}, "127.0.0.1", {"Forwarded": "for=10.0.0.8"}),
        ({"proxies": 1}, "127.0.0.1", {"X-Forwarded-For": "10.0.0.8"}),
    ],
)
def test_the_entry_is_closed_outside_the_demonstration(
    settings: Settings,
    database: Database,
    clock: Clock,
    changes: dict[str, object],
    address: str,
    headers: dict[str, str],
) -> None:
    client = demo(settings, database, **changes)
    around = {"environ_base": {"REMOTE_ADDR": address}, "headers": headers}
    assert client.get("/", **around).location == "/login"
    token = frame.csrf_of(client.get("/login", **around))
    assert client.post(f"/enter/{frame.AGENT}", data={"csrf_token": token}, **around).status_code == 404
    assert client.get("/components", **around).status_code == 404


def test_the_entry_needs_a_form_of_ours(settings: Settings, database: Database, clock: Clock) -> None:
    client = demo(settings, database)
    assert client.post(f"/enter/{frame.AGENT}").status_code == 400
    assert not inside(client)


def test_a_session_that_began_while_the_clock_was_ahead_ends_when_it_is_right(
    client: FlaskClient, clock: Clock
) -> None:
    """Its idle time and its end lie in days to come: it would stay open until then."""
    clock.travel(timedelta(days=700))
    frame.log_in(client, "zhou")
    assert inside(client)
    clock.travel(-timedelta(days=700))
    assert not inside(client)


def test_nodes_whose_clocks_differ_by_seconds_share_their_sessions(client: FlaskClient, clock: Clock) -> None:
    frame.log_in(client, "zhou")
    clock.travel(-timedelta(seconds=30))
    assert inside(client)


def test_a_session_seen_while_the_clock_was_ahead_falls_asleep_again(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    frame.log_in(client, "zhou")
    token = frame.csrf_of(client.get("/say"))
    with database.begin() as tx:
        tx.execute(update(web_session).values(seen_at=times.now() + timedelta(hours=11)))
    client.post("/do", data={"csrf_token": token})
    clock.travel(timedelta(minutes=31))
    assert not inside(client)
