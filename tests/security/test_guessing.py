"""Guessing has a limit that all processes share and that keeps no owner out; tokens end; the demonstration is not entered by
accident; who reports somebody is forgotten."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import accounts, credentials, tokens
from repairflow.casework.cases import tracking_code
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Invalid
from repairflow.law.identifiers import make_uscc
from repairflow.records import api_token, attempt, cases, material, person, web_session
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import login
from repairflow.web.public import complaints
from repairflow.worker import chores
from tests.conftest import Clock
from tests.security.whole_house import ADMINISTRATORS, WholeHouse
from tests.support import frame
from tests.support.building import COMPANIES, Town, png
from tests.support.calling import Caller

SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = ADMINISTRATORS
NEW = "another password 9"
USCC = make_uscc("320830", COMPANIES[0][2])
TIP = f"/report/tip_off/{USCC}"


@pytest.fixture
def nodes(settings: Settings, database: Database, clock: Clock) -> list[Flask]:
    """Two processes of one installation."""
    frame.people(database)
    return [frame.make(settings, database) for _ in range(2)]


@pytest.fixture
def house(database: Database, settings: Settings, clock: Clock) -> WholeHouse:
    return WholeHouse(Town(database, settings))


def tries(client: FlaskClient, who: str, password: str, address: str = "127.0.0.1") -> TestResponse:
    """A login from an address."""
    place = {"REMOTE_ADDR": address}
    token = frame.csrf_of(client.get("/login", environ_base=place))
    data = {"login": who, "password": password, "csrf_token": token}
    return client.post("/login", data=data, environ_base=place)


def address(n: int) -> str:
    return f"10.0.{n // 200}.{n % 200 + 1}"


# The login


def test_the_processes_count_together(nodes: list[Flask]) -> None:
    """What was used up at one node is used up at the other."""
    clients = [node.test_client() for node in nodes]
    for n in range(login.TRIES_OF_A_LOGIN):
        assert tries(clients[n % 2], "zhou", "wrong").status_code == 422
    assert [tries(client, "zhou", frame.PASSWORD).status_code for client in clients] == [429, 429]


def test_an_address_has_a_limit_over_all_logins(nodes: list[Flask], clock: Clock) -> None:
    client = nodes[0].test_client()
    for n in range(login.TRIES_OF_AN_ADDRESS):
        assert tries(client, f"nobody{n}", "wrong").status_code == 422
    refused = tries(client, "zhou", frame.PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert tries(client, "zhou", frame.PASSWORD, "10.0.0.9").status_code == 303
    clock.travel(login.WINDOW)
    assert tries(nodes[1].test_client(), "zhou", frame.PASSWORD).status_code == 303


def use_up(client: FlaskClient, who: str, used: int = 0) -> None:
    """The count of an account but for what is used already, from many addresses."""
    for n in range(login.TRIES_OF_AN_ACCOUNT - used):
        assert tries(client, who, "wrong", address(n)).status_code == 422


def test_an_account_has_a_limit_over_all_addresses(nodes: list[Flask], clock: Clock) -> None:
    use_up(nodes[0].test_client(), "zhou")
    stranger = nodes[1].test_client()
    assert tries(stranger, "ZHOU ", frame.PASSWORD, "10.9.9.9").status_code == 429
    assert tries(stranger, "meng", frame.PASSWORD, "10.9.9.9").status_code == 303, "of this account alone"
    clock.travel(login.LONG_WINDOW)
    assert tries(nodes[1].test_client(), "zhou", frame.PASSWORD, "10.9.9.9").status_code == 303


def test_who_guesses_keeps_no_owner_out(nodes: list[Flask]) -> None:
    """In the browser in which its owner signed in before he gets in, from anywhere; others do not with its cookie's name."""
    owner, guesser = nodes[0].test_client(), nodes[0].test_client()
    assert tries(owner, "zhou", frame.PASSWORD).status_code == 303
    owner.post("/logout", data={"csrf_token": frame.csrf_of(owner.get("/say"))})
    assert tries(guesser, "meng", frame.PASSWORD).status_code == 303  # a browser of somebody else's is none of zhou's
    use_up(guesser, "zhou", used=1)
    assert tries(guesser, "zhou", frame.PASSWORD, "10.8.8.8").status_code == 429
    assert tries(owner, "zhou", frame.PASSWORD, "10.7.7.7").status_code == 303
    for _ in range(login.TRIES_OF_A_LOGIN):
        assert tries(owner, "zhou", "wrong", "10.7.7.7").status_code == 422
    assert tries(owner, "zhou", frame.PASSWORD, "10.7.7.7").status_code == 429, "a stolen browser has a limit, too"


def test_a_good_link_opens_however_many_are_guessed_beside_it(nodes: list[Flask], database: Database) -> None:
    with database.begin() as tx:
        token = credentials.issue_link(tx, SYSTEM, accounts.one(tx, "zhou"), times.now())
    client = nodes[0].test_client()
    guesses = [client.get(f"/account/password/{n:043}").status_code for n in range(31)]
    assert guesses == [404] * 30 + [429]
    assert nodes[1].test_client().get(f"/account/password/{'x' * 43}").status_code == 429
    assert client.get(f"/account/password/{token}").status_code == 200
    page = frame.csrf_of(client.get(f"/account/password/{token}"))
    given = {"csrf_token": page, "password": NEW, "again": NEW}
    assert client.post(f"/account/password/{token}", data=given).status_code == 303


@pytest.mark.parametrize(
    ("given", "used"), [("000000", ["123456"]), ("AAAA-AAAA", ["BBBB-BBBB", "cccccccc"])], ids=["code", "recovery code"]
)
def test_codes_have_counts_of_their_own(nodes: list[Flask], database: Database, given: str, used: list[str]) -> None:
    """Whoever knows the password uses up no recovery codes by guessing one-time codes, nor the other way round."""
    sealed = Vault(b"k" * 32).seal("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    with database.begin() as tx:
        tx.execute(update(person).where(person.c.login == "zhou").values(totp_secret=sealed))
    client = nodes[0].test_client()
    tries(client, "zhou", frame.PASSWORD)

    def code(text: str) -> int:
        token = frame.csrf_of(client.get("/login/code"))
        return client.post("/login/code", data={"code": text, "csrf_token": token}).status_code

    assert [code(given) for _ in range(9)] == [422] * 8 + [429]
    assert [code(text) for text in used] == [429] * len(used)
    other = "AAAA-BBBB" if given == "000000" else "000001"
    assert code(other) == 422


# What the public may look up


def test_verification_is_counted_for_pages_and_programs_of_all_nodes(house: WholeHouse) -> None:
    town = house.town
    other = make_app(Program(town.settings, town.db, town.services)).test_client()
    client = house.app.test_client()
    for n in range(60):
        path = f"/verify/{n:022}" if n % 2 else f"/api/v1/verify/{n:022}"
        assert (client if n % 3 else other).get(path).status_code == 404
    assert client.get("/verify/none-of-these-at-all").status_code == 429
    assert other.get("/api/v1/verify/none-of-these-at-all").status_code == 429


def test_looking_at_report_forms_and_sending_them_is_counted(house: WholeHouse) -> None:
    client = house.app.test_client()
    looked = [client.get(TIP).status_code for _ in range(complaints.LOOKS + 1)]
    assert looked == [200] * complaints.LOOKS + [429]
    given = {"csrf_token": frame.csrf_of(client.get("/report/follow")), "step": "check"}
    sent = [client.post(TIP, data=given).status_code for _ in range(complaints.PRESSES + 1)]
    assert (sent[-1], 429 in sent[:-1], 400 in sent) == (429, False, False)


def test_codes_of_one_report_are_guessed_from_nowhere(house: WholeHouse) -> None:
    """Each address has its limit, and the report has one; whoever holds the right code is never kept out."""
    town = house.town
    number = town.file("tip_off", None, town.actor("yunxi"), kinds=(), subject=USCC, kind=None)
    client = house.app.test_client()

    def follow(code: str, n: int) -> int:
        place = {"REMOTE_ADDR": address(n)}
        token = frame.csrf_of(client.get("/report/follow", environ_base=place))
        data = {"csrf_token": token, "number": number, "code": code}
        return client.post("/report/follow", data=data, environ_base=place).status_code

    guesses = [follow("AAAA-AAAA-AAAA-AAAA", n) for n in range(complaints.WRONG_CODES + 1)]
    assert guesses == [404] * complaints.WRONG_CODES + [429]
    assert follow(tracking_code.code(town.vault, number), 500) == 200


def test_who_reports_somebody_is_forgotten(house: WholeHouse) -> None:
    """Even where he was signed in: neither the case nor the files he sent say who it was."""
    town = house.town
    program = Caller(house.app, town, "hengtuo")
    part = {"kind": "evidence", "file": (io.BytesIO(png()), "照片.png")}
    token = program.post("/materials", data=part, content_type="multipart/form-data").json["token"]
    uploaded = select(material.c.uploaded_by).where(material.c.token == token)
    assert town.one(uploaded).uploaded_by == town.people["hengtuo"]
    inputs = {"source": "portal", "about": "dishonesty", "facts": "夜间偷排。"}
    body = {"procedure": "tip_off", "subject": USCC, "inputs": inputs, "materials": [token]}
    answer = program.post("/cases", body)
    assert answer.status_code == 201, answer.json
    assert town.one(uploaded).uploaded_by is None
    row = town.one(select(cases).order_by(cases.c.id.desc()).limit(1))
    assert row.filed_by is None
    browser = house.browser("handler@CREDIT")
    assert browser.get(f"/desk/cases/{row.number}") == 200
    assert "蒋一舟" not in browser.text


# Tokens


def issue(house: WholeHouse, who: str = "acceptor@ENV", days: int = 100) -> dict[str, str]:
    with house.town.db.begin() as tx:
        token = tokens.issue(tx, SYSTEM, who, "对接程序", days, times.now())
    return {"Authorization": f"Bearer {token}"}


def calls(house: WholeHouse, header: dict[str, str]) -> int:
    return house.app.test_client().get("/api/v1/cases", headers=header).status_code


def test_tokens_and_sessions_end_with_the_password(house: WholeHouse) -> None:
    town, who = house.town, "acceptor@ENV"
    town.turn(update(person).where(person.c.login == who).values(password_hash=frame.hashed()))
    header, elsewhere, here = issue(house), house.browser(who), house.browser(who)
    assert (calls(house, header), elsewhere.get("/desk/")) == (200, 200)
    here.get("/account/")
    assert here.post("/account/password", old=frame.PASSWORD, password=NEW, again=NEW) == 303
    assert calls(house, header) == 401
    assert elsewhere.client.get("/desk/").status_code == 303


def test_tokens_end_where_the_password_is_reset(house: WholeHouse) -> None:
    header = issue(house)
    with house.town.db.begin() as tx:
        credentials.issue_link(tx, SYSTEM, accounts.one(tx, "acceptor@ENV"), times.now())
    assert calls(house, header) == 401


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (400, True), (401, False)])
def test_a_token_lives_400_days_at_most(house: WholeHouse, clock: Clock, days: int, fits: bool) -> None:
    if not fits:
        with pytest.raises(Invalid):
            issue(house, days=days)
        return
    header = issue(house, days=days)
    clock.travel(timedelta(days=days) - timedelta(seconds=1))
    assert calls(house, header) == 200
    clock.travel(timedelta(seconds=1))
    assert calls(house, header) == 401


@pytest.mark.parametrize(
    ("who", "at", "status"),
    [
        ("acceptor@ENV", "/account/tokens/{}/end", 303),
        (SECURITY_ADMIN, "/admin/people/acceptor@ENV/tokens/{}/end", 303),
        ("examiner@ENV", "/account/tokens/{}/end", 404),
        (SYSTEM_ADMIN, "/account/tokens/{}/end", 404),
        (SYSTEM_ADMIN, "/admin/people/acceptor@ENV/tokens/{}/end", 403),
        (AUDIT_ADMIN, "/admin/people/acceptor@ENV/tokens/{}/end", 403),
        (SECURITY_ADMIN, "/admin/people/examiner@ENV/tokens/{}/end", 404),
        ("yunxi", "/account/tokens/{}/end", 404),
        (None, "/account/tokens/{}/end", 303),
    ],
)
def test_who_ends_a_single_token(house: WholeHouse, who: str | None, at: str, status: int) -> None:
    one, other = issue(house), issue(house)
    token_id = house.town.all(select(api_token.c.id).order_by(api_token.c.id))[0].id
    browser = house.browser(who)
    browser.get("/preferences")
    assert browser.post(at.format(token_id)) == status
    ended = status == 303 and who is not None  # nobody is led to the login
    assert [calls(house, one), calls(house, other)] == [401 if ended else 200, 200]


def test_tokens_are_shown_to_owner_and_administrator_and_told(house: WholeHouse) -> None:
    issue(house, days=20)
    for who, path in (("acceptor@ENV", "/account/"), (SECURITY_ADMIN, "/admin/people/acceptor@ENV")):
        browser = house.browser(who)
        assert browser.get(path) == 200
        assert re.search(r"对接程序.*2026.*即将到期", browser.text, re.DOTALL)
    assert house.town.notices("acceptor@ENV", "account") == ["您的账号：发放接口令牌"]
    assert house.town.notices(AUDIT_ADMIN, "account") == ["账号 acceptor@ENV：发放接口令牌"]


def test_an_owner_is_warned_twice_before_a_token_ends(house: WholeHouse, clock: Clock) -> None:
    issue(house, days=60)
    warned = []
    for day in range(62):
        if chores.warn_of_tokens(house.town.db, house.town.services, times.now()):
            warned.append(60 - day)
        clock.travel(timedelta(days=1))
    assert warned == [30, 7]


def test_counts_are_forgotten_once_their_time_is_over(nodes: list[Flask], database: Database, clock: Clock) -> None:
    client = nodes[0].test_client()
    tries(client, "zhou", "wrong")
    with database.read() as tx:
        kept = tx.execute(select(func.count()).select_from(attempt)).scalar_one()
        text = str(tx.execute(select(attempt)).all())
    assert kept == 3
    assert "zhou" not in text
    assert "127.0.0.1" not in text
    assert chores.forget_attempts(database, clock.travel(timedelta(minutes=9))) == 0
    assert chores.forget_attempts(database, clock.travel(timedelta(minutes=1))) == 2
    assert chores.forget_attempts(database, clock.travel(login.LONG_WINDOW)) == 1


# The demonstration


def demonstration(settings: Settings, database: Database, **changes: object) -> FlaskClient:
    frame.people(database)
    return frame.make(settings, database, **{"demo": True, **changes}).test_client()


@pytest.mark.parametrize(
    ("changes", "address", "headers"),
    [
        ({"demo": False}, "127.0.0.1", {}),
        ({}, "192.168.1.9", {}),
        ({"proxies": 1}, "127.0.0.1", {}),
        *[({}, "127.0.0.1", {name: "x"}) for name in (
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via",
        )],
    ],
)  # fmt: skip
def test_sample_people_are_entered_at_the_machine_itself_alone(
    settings: Settings,
    database: Database,
    clock: Clock,
    changes: dict[str, object],
    address: str,
    headers: dict[str, str],
) -> None:
    client = demonstration(settings, database, **changes)
    place = {"REMOTE_ADDR": address}
    token = frame.csrf_of(client.get("/login", environ_base=place, headers=headers))
    data = {"csrf_token": token}
    answer = client.post(f"/enter/{frame.REVIEWER}", data=data, environ_base=place, headers=headers)
    assert answer.status_code == 404
    if changes.get("demo", True) and not changes:
        token = frame.csrf_of(client.get("/login"))
        assert client.post(f"/enter/{frame.REVIEWER}", data={"csrf_token": token}).status_code == 303


@pytest.mark.parametrize("how", ["environment", "file"])
def test_no_setting_that_was_left_behind_opens_the_demonstration(settings: Settings, how: str) -> None:
    surroundings = {"REPAIRFLOW_HOME": str(settings.home), "REPAIRFLOW_DATABASE_URL": str(settings.database_url)}
    assert not settings_module.load(surroundings).demo
    assert settings_module.load(surroundings, demo=True).demo
    if how == "environment":
        surroundings["REPAIRFLOW_DEMO"] = "1"
    else:
        (settings.home / "repairflow.toml").write_text("demo = true\n", encoding="utf-8")
    for flag in (False, True):
        with pytest.raises(ConfigurationError, match="启动参数"):
            settings_module.load(surroundings, demo=flag)


def test_the_demonstration_does_not_start_behind_a_proxy(settings: Settings) -> None:
    surroundings = {"REPAIRFLOW_HOME": str(settings.home), "REPAIRFLOW_PROXIES": "1"}
    assert settings_module.load(surroundings).proxies == 1
    with pytest.raises(ConfigurationError, match="REPAIRFLOW_PROXIES"):
        settings_module.load(surroundings, demo=True)


def test_a_password_changed_while_somebody_signs_in_with_the_old_one_opens_no_session(
    nodes: list[Flask], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change ends all sessions; one that begins a moment later, on a password proved a moment before, would stay."""

    def fits(stored: str | None, given: str) -> bool:
        found = credentials.password_fits(stored, given)
        with database.begin() as tx:
            row = tx.execute(select(person.c.id).where(person.c.login == "zhou")).scalar_one()
            credentials.change_password(tx, row, frame.PASSWORD, NEW, times.now())
        return found

    monkeypatch.setattr(login, "password_fits", fits)
    client = nodes[0].test_client()
    assert tries(client, "zhou", frame.PASSWORD).status_code == 422
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(web_session)).scalar_one() == 0
    monkeypatch.undo()
    assert tries(client, "zhou", NEW).status_code == 303


SAME_PLACE = [
    ("203.0.113.7", "203.0.113.7", True),
    ("203.0.113.7", "203.0.113.8", False),
    ("203.0.113.7", "::ffff:203.0.113.7", True),
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME_PLACE)
def test_who_has_a_whole_network_of_addresses_is_one_sender(
    nodes: list[Flask], one: str, other: str, same: bool
) -> None:
    client = nodes[0].test_client()
    for _ in range(login.TRIES_OF_A_LOGIN):
        assert tries(client, "zhou", "wrong", one).status_code == 422
    assert tries(client, "zhou", "wrong", other).status_code == (429 if same else 422)
