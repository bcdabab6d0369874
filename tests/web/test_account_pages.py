"""One's own account: passwords and devices, and the way through the login once a device is bound."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from repairflow import times
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import accounts, credentials, tokens
from repairflow.db import Database
from repairflow.records import event, person, role_grant
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support import frame

pytestmark = pytest.mark.either_database

NEW = "another password 9"


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database).test_client()


def send(client: FlaskClient, page: str, path: str, **data: str) -> tuple[int, str]:
    """A form of `page` sent to `path`: status and what came back (for a redirect, where to)."""
    token = frame.csrf_of(client.get(page))
    answer = client.post(path, data={"csrf_token": token, **data})
    return answer.status_code, answer.location or answer.text


def bind(client: FlaskClient) -> tuple[str, list[str]]:
    """A device bound on the page: its secret and the recovery codes."""
    page = client.get("/account/second-factor").text
    secret = re.search(r'<strong class="rf-code">([A-Z2-7 ]+)</strong>', page)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert secret
    assert sealed
    assert token
    plain = secret.group(1).replace(" ", "")
    code = pyotp.TOTP(plain).at(times.now())
    given = {"csrf_token": token.group(1), "sealed": sealed.group(1), "code": code}
    answer = client.post("/account/second-factor", data=given)
    assert answer.status_code == 200, answer.text
    return plain, re.findall(r'<strong class="rf-code">([A-Z2-7]{4}-[A-Z2-7]{4})</strong>', answer.text)


def test_a_password_is_changed_and_everybody_signs_in_anew(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    old = {"old": frame.PASSWORD, "password": NEW, "again": NEW}
    for wrong, field in (
        ({"old": "x"}, "old"),
        ({"again": "x"}, "again"),
        ({"password": "x", "again": "x"}, "password"),
    ):
        status, text = send(client, "/account/", "/account/password", **{**old, **wrong})
        assert status == 422
        assert f'id="{field}-error"' in text
    assert send(client, "/account/", "/account/password", **old) == (303, "/login")
    assert client.get("/for/staff").status_code == 303
    assert frame.log_in(client, "zhou").status_code == 422
    assert frame.log_in(client, "zhou", NEW).status_code == 303


def test_guessing_the_old_password_is_throttled(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    wrong = {"old": "x", "password": NEW, "again": NEW}
    assert [send(client, "/account/", "/account/password", **wrong)[0] for _ in range(11)][-2:] == [422, 429]


def test_a_bound_device_is_asked_for_at_the_next_login(client: FlaskClient, clock: Clock) -> None:
    frame.log_in(client, "zhou")
    secret, codes = bind(client)
    assert len(codes) == 10
    assert client.get("/for/staff").status_code == 200  # this session proved it already
    assert client.get("/account/second-factor").location == "/account/"
    assert frame.log_in(client, "zhou").location == "/login/code"
    assert client.get("/for/staff").location.startswith("/login/code")
    assert client.get("/account/second-factor").location == "/account/"  # nobody binds another with the password alone
    assert client.get("/account/").status_code == 303
    clock.travel(timedelta(minutes=1))
    assert send(client, "/login/code", "/login/code", code=pyotp.TOTP(secret).at(times.now()))[0] == 303
    assert client.get("/for/staff").status_code == 200


def test_a_recovery_code_opens_the_login_once(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    _, codes = bind(client)
    for code, status in ((codes[0], 303), (codes[0], 422), (codes[1].lower(), 303), ("AAAA-AAAA", 422)):
        frame.log_in(client, "zhou")
        assert send(client, "/login/code", "/login/code", code=code)[0] == status


def test_without_the_device_no_other_is_bound(client: FlaskClient, database: Database) -> None:
    """The password alone must not be enough: neither releases nor replaces a device."""
    frame.log_in(client, "zhou")
    bind(client)
    frame.log_in(client, "zhou")
    token = frame.csrf_of(client.get("/login/code"))
    for path in ("/account/second-factor", "/account/second-factor/release", "/account/password"):
        answer = client.post(path, data={"csrf_token": token, "code": "000000", "sealed": "x"})
        assert answer.status_code in {303, 422}
        assert answer.status_code == 422 or answer.location.startswith("/login")
    with database.read() as tx:
        actions = tx.execute(select(event.c.action).order_by(event.c.id)).scalars().all()
    assert actions == ["bind_second_factor"]


def test_a_device_is_released_with_a_code(client: FlaskClient) -> None:
    frame.log_in(client, "zhou")
    _, codes = bind(client)
    assert send(client, "/account/", "/account/second-factor/release", code="000000") == (303, "/account/")
    assert "动态口令不正确" in client.get("/account/").text
    assert send(client, "/account/", "/account/second-factor/release", code=codes[0])[1] == "/account/second-factor"
    assert frame.log_in(client, "zhou").location != "/login/code"


@pytest.mark.parametrize("sealed", ["", "x", "!!!!", "QUJD" * 20])
def test_only_a_secret_of_ones_own_page_is_bound(client: FlaskClient, database: Database, sealed: str) -> None:
    frame.log_in(client, "zhou")
    status, _ = send(client, "/account/second-factor", "/account/second-factor", sealed=sealed, code="000000")
    assert status == 422
    with database.read() as tx:
        assert tx.execute(select(person.c.totp_secret).where(person.c.login == "zhou")).scalar_one() is None


def test_a_secret_of_somebody_elses_page_is_not_bound(client: FlaskClient) -> None:
    frame.log_in(client, "meng")
    found = re.search(r'name="sealed" value="([^"]+)"', client.get("/account/second-factor").text)
    assert found
    frame.log_in(client, "zhou")
    status, text = send(
        client, "/account/second-factor", "/account/second-factor", sealed=found.group(1), code="000000"
    )
    assert status == 422
    assert "重新打开绑定页面" in text


def test_where_it_is_required_the_first_device_is_bound_on_the_way_in(
    settings: Settings, database: Database, clock: Clock
) -> None:
    frame.people(database)
    client = frame.make(settings, database, require_second_factor=True).test_client()
    frame.log_in(client, "zhou")
    assert client.get("/for/staff").location.startswith("/login/code")
    assert client.get("/login/code").location == "/account/second-factor"
    bind(client)
    assert client.get("/for/staff").status_code == 200


def test_agents_have_no_device_to_bind(client: FlaskClient) -> None:
    frame.log_in(client, "lin")
    assert "动态口令" not in client.get("/account/").text
    assert client.get("/account/second-factor").status_code == 403


@pytest.mark.parametrize("path", ["/account/", "/account/second-factor"])
def test_a_stranger_is_sent_to_the_login(client: FlaskClient, path: str) -> None:
    assert client.get(path).location.startswith("/login")


def test_an_unknown_link_is_not_found_and_guessing_is_throttled(client: FlaskClient) -> None:
    answers = [client.get(f"/account/password/{number}").status_code for number in range(31)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_link_leads_from_password_to_login(client: FlaskClient, database: Database) -> None:
    with database.begin() as tx:
        token = credentials.issue_link(tx, SYSTEM, accounts.one(tx, "zhou"), times.now())
    assert frame.log_in(client, "zhou").status_code == 422  # the former password ended
    page = f"/account/password/{token}"
    assert send(client, page, page, password="short", again="short")[0] == 422
    assert send(client, page, page, password=NEW, again=NEW) == (303, "/login")
    assert client.get(page).status_code == 404
    assert frame.log_in(client, "zhou", NEW).status_code == 303


def test_a_program_changes_no_password(client: FlaskClient, database: Database) -> None:
    with database.begin() as tx:
        token = tokens.issue(tx, SYSTEM, "zhou", "接口", 1, times.now())
    given = {"old": frame.PASSWORD, "password": NEW, "again": NEW}
    answer = client.post("/account/password", data=given, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_who_has_no_post_yet_is_told_so(client: FlaskClient, database: Database) -> None:
    with database.begin() as tx:
        tx.execute(delete(role_grant))
    frame.log_in(client, "zhou")
    answer = client.get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert "还没有岗位" in answer.text
