"""A forgotten password is set anew by its person's e-mail alone; whoever asks learns nothing and ends nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from repairflow import times
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.admin import accounts, credential_links, credentials, forgotten_password
from repairflow.casework.notifications import channels
from repairflow.db import Database
from repairflow.errors import NotFound
from repairflow.records import credential_link, event, outbox, person, web_session
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.account import forgotten
from tests.conftest import Clock
from tests.support import frame

NEW = "another password 9"
VAULT = Vault(b"k" * 32)  # that of the frame
PAGE = "/account/forgotten"
SMTP = "smtp://127.0.0.1:2525"


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    """zhou, gone (whose account is closed) and lin have addresses, lin a new one; meng has none."""
    frame.people(database)
    with database.begin() as tx:
        tx.execute(update(person).where(person.c.login.in_(("zhou", "gone", "lin"))).values(email="a@example.cn"))
        channels.note_new_address(tx, Actor(frame.AGENT, "林一鸣", "agent"), times.now())
    app = frame.make(settings, database, smtp_url=SMTP)
    app.config["asked of"] = database
    return app.test_client()


def ask(client: FlaskClient, login: str, address: str = "127.0.0.1") -> TestResponse:
    place = {"REMOTE_ADDR": address}
    data = {"login": login, "csrf_token": frame.csrf_of(client.get(PAGE, environ_base=place))}
    answer = client.post(PAGE, data=data, environ_base=place)
    worker(client.application.config["asked of"])
    return answer


def worker(database: Database) -> None:
    """What waits is answered, once."""
    with database.begin() as tx:
        asked = tx.execute(
            select(outbox.c.id, outbox.c.payload).where(
                outbox.c.topic == forgotten_password.TOPIC, outbox.c.state == "waiting"
            )
        ).all()
        for row in asked:
            forgotten_password.answer(tx, VAULT, forgotten_password.unsealed(VAULT, row.payload), times.now())
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(state="done"))


def links(database: Database) -> int:
    with database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(credential_link)).scalar_one())


def mailed(database: Database) -> tuple[str, str]:
    """Where the newest link goes, and the token, as the worker carries it."""
    with database.begin() as tx:
        newest = tx.execute(select(func.max(credential_link.c.id))).scalar_one()
        found = credential_links.carried(tx, VAULT, newest, "mail", times.now())
        assert found is not None
        credential_links.handed_over(tx, newest)
    to, link = found
    assert link.path == f"/account/password/{link.token}"
    return to, link.token


def opens(database: Database, token: str) -> bool:
    with database.read() as tx:
        try:
            credentials.owner_of_link(tx, token, times.now())
        except NotFound:
            return False
    return True


def set_password(client: FlaskClient, token: str) -> TestResponse:
    page = f"/account/password/{token}"
    found = client.get(page)
    if found.status_code != 200:
        return found
    return client.post(page, data={"csrf_token": frame.csrf_of(found), "password": NEW, "again": NEW})


def test_from_the_login_to_a_new_password(client: FlaskClient, database: Database) -> None:
    assert f'href="{PAGE}"' in client.get("/login").text
    frame.log_in(client, "zhou")
    stranger = client.application.test_client()
    assert ask(stranger, " zhou ").status_code == 303
    assert client.get("/for/staff").status_code == 200  # whoever asked has ended nothing
    assert frame.log_in(stranger, "zhou").status_code == 303  # the password is still good
    stranger = client.application.test_client()
    to, token = mailed(database)
    assert to == "a@example.cn"
    assert set_password(stranger, token).status_code == 303
    with database.read() as tx:
        assert tx.execute(select(web_session.c.ended_at.is_not(None)).distinct()).scalars().all() == [True]
        stream = select(event.c.action).where(event.c.stream == "account/zhou").order_by(event.c.seq)
        assert tx.execute(stream).scalars().all() == ["ask_password_link", "set_password"]
    assert frame.log_in(stranger, "zhou").status_code == 422
    assert frame.log_in(stranger, "zhou", NEW).status_code == 303
    assert set_password(client.application.test_client(), token).status_code == 404  # it opens once


@pytest.mark.parametrize(
    ("login", "sent"),
    [("zhou", 1), ("nobody", 0), ("gone", 0), ("meng", 0), ("lin", 0), ("zhou%", 0), ("ZHOU", 0)],
)
def test_the_answer_tells_nothing(client: FlaskClient, database: Database, login: str, sent: int) -> None:
    answer = ask(client, login)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?asked=1")
    page = client.get(answer.location)
    assert "如果这个登录名存在" in page.text
    assert links(database) == sent


def test_asking_is_the_same_work_whoever_it_is_for(client: FlaskClient, database: Database) -> None:
    place = {"login": "zhou", "csrf_token": frame.csrf_of(client.get(PAGE))}
    for login in ("zhou", "nobody"):
        client.post(PAGE, data={**place, "login": login})
    with database.read() as tx:
        rows = tx.execute(select(outbox.c.topic, outbox.c.payload)).all()
        assert [row.topic for row in rows] == ["link.asked"] * 2
        assert not any("zhou" in str(row.payload) for row in rows)
    assert links(database) == 0  # nobody was looked up before the answer


def test_a_new_address_is_good_after_a_day(client: FlaskClient, database: Database, clock: Clock) -> None:
    clock.travel(forgotten_password.ADDRESS_WAITS + timedelta(seconds=1))
    ask(client, "lin")
    assert links(database) == 1


@pytest.mark.parametrize("how", ["late", "another", "an administrator's", "the password was set", "closed"])
def test_a_link_that_is_over_opens_nothing(client: FlaskClient, database: Database, clock: Clock, how: str) -> None:
    ask(client, "zhou")
    _, token = mailed(database)
    assert opens(database, token)
    with database.begin() as tx:
        row = accounts.one(tx, "zhou")
        if how == "late":
            clock.travel(forgotten_password.LINK_LIVES)
        elif how == "another":
            clock.travel(forgotten_password.LINK_STAYS)
            forgotten_password.answer(tx, VAULT, "zhou", times.now())
        elif how == "an administrator's":
            credentials.issue_link(tx, SYSTEM, row, times.now())
        elif how == "closed":
            accounts.disable(tx, SYSTEM, "zhou", times.now())
        else:
            credentials.change_password(tx, row.id, frame.PASSWORD, NEW, times.now())
    assert not opens(database, token)


def test_who_asks_ends_no_link_of_an_administrator(client: FlaskClient, database: Database) -> None:
    with database.begin() as tx:
        token = credentials.issue_link(tx, SYSTEM, accounts.one(tx, "zhou"), times.now())
    ask(client, "zhou")
    assert opens(database, token)
    assert set_password(client, mailed(database)[1]).status_code == 303
    assert not opens(database, token)  # one password, one link that set it


@pytest.mark.parametrize("login", ["zhou", "nobody"])
def test_asking_is_throttled_whoever_it_is_for(client: FlaskClient, database: Database, login: str) -> None:
    asked = [ask(client, login, "10.0.0.1").status_code for _ in range(forgotten.OF_A_LOGIN + 1)]
    assert asked == [303] * forgotten.OF_A_LOGIN + [429]
    assert ask(client, login, "10.0.0.2").status_code == 303  # a stranger uses up no count of the person


def test_who_asks_again_ends_no_link_just_received(client: FlaskClient, database: Database, clock: Clock) -> None:
    ask(client, "zhou")
    _, token = mailed(database)
    clock.travel(forgotten_password.LINK_STAYS - timedelta(seconds=1))
    assert ask(client, "zhou", "10.0.0.2").status_code == 303
    assert links(database) == 1
    assert opens(database, token)
    clock.travel(timedelta(seconds=1))
    ask(client, "zhou", "10.0.0.3")
    assert links(database) == 2


def test_one_address_asks_for_few(client: FlaskClient) -> None:
    asked = [ask(client, f"n{number}").status_code for number in range(forgotten.OF_AN_ADDRESS + 1)]
    assert asked[-2:] == [303, 429]


@pytest.mark.parametrize("login", ["", "x" * 81])
def test_a_login_that_is_none_is_said_where_it_stands(client: FlaskClient, login: str) -> None:
    answer = ask(client, login)
    assert answer.status_code == 422
    assert 'id="login-error"' in answer.text


def test_without_mail_the_page_says_whom_to_ask(settings: Settings, database: Database, clock: Clock) -> None:
    frame.people(database)
    client = frame.make(settings, database).test_client()
    page = client.get(PAGE)
    assert "没有开通电子邮件" in page.text
    token = frame.csrf_of(client.get("/login"))
    assert client.post(PAGE, data={"login": "zhou", "csrf_token": token}).status_code == 404
