"""What opens an account stays its person's: links, codes, browsers and tokens, under a clock that went wrong as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select, update

from repairflow import times
from repairflow.casework import clock_guard
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.admin import accounts, attempt_counts, credential_links, credentials, second_factor, tokens
from repairflow.casework.admin.credential_links import PASSWORD, SECOND_FACTOR, Order, PrintedLink
from repairflow.db import Database
from repairflow.errors import Forbidden, NotFound, Refused, TooMany
from repairflow.records import credential_link, person, web_session
from repairflow.records.rows import PersonRow
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core.rate_limit import Shared
from repairflow.worker import sweeps
from tests.conftest import Clock
from tests.security.whole_house import ADMINISTRATORS, WholeHouse
from tests.support import frame, once
from tests.support.building import Town

SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = ADMINISTRATORS
CODES = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    """With one of each administrator, and with xu, who has an address, a telephone and a device."""
    town = WholeHouse(Town(database, settings)).town
    with town.db.begin() as tx:
        by = actor_of(tx, town.people[SYSTEM_ADMIN], town.today)
        town.people["xu"] = accounts.add(tx, by, "xu", "许知行", "staff", town.now)
    mine = {"email": "xu@example.cn", "phone": town.vault.seal("13800000000"), "totp_secret": town.vault.seal(CODES)}
    town.turn(update(person).where(person.c.login.in_(("xu", SECURITY_ADMIN))).values(**mine))
    return town


def acting(tx: Connection, town: Town, who: str = SECURITY_ADMIN) -> Actor:
    return actor_of(tx, town.people[who], town.today)


def send(town: Town, opens: str, way: str = "sheet", login: str = "xu") -> int:
    """A link on its way; the key of its row."""
    with town.db.begin() as tx:
        credential_links.send(
            tx, town.vault, acting(tx, town), accounts.one(tx, login), Order(opens, way, mail=True), town.now
        )
    return int(town.all(select(credential_link.c.id).order_by(credential_link.c.id))[-1].id)


def release(town: Town, link: int) -> PrintedLink:
    with town.db.begin() as tx:
        return credential_links.release(tx, town.vault, acting(tx, town, SYSTEM_ADMIN), link, town.now)


# Links


@pytest.mark.parametrize("opens", [PASSWORD, SECOND_FACTOR])
def test_a_sheet_that_was_printed_lies_here_no_more(town: Town, opens: str) -> None:
    link = send(town, opens)
    assert release(town, link).token
    assert town.one(select(credential_link.c.sealed)).sealed is None


@pytest.mark.parametrize("opens", [PASSWORD, SECOND_FACTOR])
def test_another_link_ends_the_one_before(town: Town, opens: str) -> None:
    first, unprinted = release(town, send(town, opens)), send(town, opens)
    second = release(town, send(town, opens))
    owner: Callable[[Connection, str], PersonRow] = {
        PASSWORD: lambda tx, token: credentials.owner_of_link(tx, token, town.now),
        SECOND_FACTOR: lambda tx, token: credential_links.owner_of_factor_link(tx, token, town.now),
    }[opens]
    with town.db.read() as tx:
        assert owner(tx, second.token).login == "xu"
        with pytest.raises(NotFound):
            owner(tx, first.token)
    with pytest.raises(NotFound, match="没有等待打印"):
        release(town, unprinted)


def test_no_sheet_is_printed_whose_password_was_set_meanwhile(town: Town) -> None:
    link, device = send(town, PASSWORD), send(town, SECOND_FACTOR)
    with town.db.begin() as tx:
        credentials.set_by_link(tx, accounts.one(tx, "xu"), "another password 9", town.now)
        assert [one.opens for one in credential_links.waiting(tx, acting(tx, town, SYSTEM_ADMIN), town.now)] == [
            SECOND_FACTOR
        ]
    with pytest.raises(NotFound, match="没有等待打印"):
        release(town, link)
    assert release(town, device).token


@pytest.mark.parametrize("opens", [PASSWORD, SECOND_FACTOR])
def test_nobody_sends_a_link_to_himself(town: Town, opens: str) -> None:
    with pytest.raises(Forbidden, match="自己的账号"):
        send(town, opens, login=SECURITY_ADMIN)
    assert town.all(select(credential_link.c.id)) == []


@pytest.mark.parametrize("way", ["mail", "sms"])
def test_a_closed_account_gets_no_link_that_was_under_way(town: Town, way: str) -> None:
    link = send(town, PASSWORD, way)
    with town.db.read() as tx:
        assert credential_links.carried(tx, town.vault, link, way, town.now)
    town.turn(update(person).where(person.c.login == "xu").values(active=False))
    with town.db.read() as tx:
        assert credential_links.carried(tx, town.vault, link, way, town.now) is None


def test_of_two_who_use_a_link_at_once_one_sets_the_password(town: Town) -> None:
    token = release(town, send(town, PASSWORD)).token
    with town.db.begin() as tx:
        seen = credentials.owner_of_link(tx, token, town.now)
        credential_links.set_password(tx, token, "the first of two 1", town.now)
        with pytest.raises(NotFound):
            credentials._store(tx, seen, "the second of two 2", "set_password", town.now)  # it looked a moment before
        assert credentials.password_fits(accounts.one(tx, "xu").password_hash, "the first of two 1")


# Passwords and codes


class Counting(PasswordHasher):
    """Counts how often it was asked."""

    asked = 0

    def verify(self, *given: str | bytes) -> bool:
        Counting.asked += 1
        return super().verify(*given)


@pytest.mark.parametrize("stored", [None, "link:abc:1", "a password"], ids=["nobody", "a link", "a password"])
def test_a_wrong_login_costs_the_work_of_a_wrong_password(monkeypatch: pytest.MonkeyPatch, stored: str | None) -> None:
    monkeypatch.setattr(Counting, "asked", 0)
    # as cheap as the one it stands for: what is made with it here is kept for later tests
    monkeypatch.setattr(credentials, "_hasher", Counting(time_cost=1, memory_cost=16, parallelism=1))
    kept = frame.hashed() if stored == "a password" else stored
    assert not credentials.password_fits(kept, "guessed")
    assert Counting.asked == 1


def test_a_stored_password_takes_whoever_guesses_it_as_much_work_as_the_library_advises() -> None:
    kept, advised = once.shipped_hasher, PasswordHasher()
    assert (kept.time_cost, kept.memory_cost, kept.parallelism) == (
        advised.time_cost, advised.memory_cost, advised.parallelism,
    )  # fmt: skip
    assert kept.memory_cost >= 64 * 1024  # KiB


def session(town: Town, login: str = "xu") -> int:
    values = {
        "token_digest": f"{town.now} {len(town.all(select(web_session.c.id)))}", "person_id": town.people[login],
        "created_at": town.now, "seen_at": town.now, "expires_at": town.now + DAY,
    }  # fmt: skip
    with town.db.begin() as tx:
        return int(tx.execute(insert(web_session).values(**values).returning(web_session.c.id)).scalar_one())


def confirm(town: Town, code: str, which: int | None = None) -> str | None:
    mine = which or session(town)
    with town.db.begin() as tx:
        return second_factor.confirm(tx, town.vault, town.people["xu"], mine, code, town.now)


def code(town: Town) -> str:
    return pyotp.TOTP(CODES).at(town.now)


def test_a_code_confirms_the_session_it_was_given_in_alone(town: Town) -> None:
    here, elsewhere = session(town), session(town)
    assert confirm(town, code(town), here) is None
    confirmed = town.all(select(web_session.c.id).where(web_session.c.second_factor_at.is_not(None)))
    assert [row.id for row in confirmed] == [here]
    assert elsewhere != here


@pytest.mark.parametrize(
    ("ahead", "fits"),
    [(400 * DAY, True), (7 * MINUTE, True), (2 * MINUTE, False), (timedelta(0), False)],
    ids=str,
)
def test_a_code_used_while_the_clock_was_ahead_keeps_nobody_out(town: Town, ahead: timedelta, fits: bool) -> None:
    """Within the skew of two nodes it does: there the code was used."""
    right = town.now
    town.now = right + ahead
    assert confirm(town, code(town)) is None
    town.now = right
    assert (confirm(town, code(town)) is None) is fits


def issue_token(tx: Connection, town: Town) -> object:
    return tokens.issue(tx, acting(tx, town), "xu", "对账程序", 400, town.now)


def link_to(opens: str) -> Callable[[Connection, Town], object]:
    def issue(tx: Connection, town: Town) -> object:
        order, row = Order(opens, "sheet", mail=False), accounts.one(tx, "xu")
        return credential_links.send(tx, town.vault, acting(tx, town), row, order, town.now)

    return issue


@pytest.mark.parametrize(
    "issue", [issue_token, link_to(PASSWORD), link_to(SECOND_FACTOR)], ids=["token", "link", "device"]
)
def test_nothing_is_issued_until_a_day_that_has_not_come(
    town: Town, clock: Clock, issue: Callable[[Connection, Town], object]
) -> None:
    """A clock seen to be set ahead would let it live so much longer; the operator at the machine is not kept out."""
    worker = clock_guard.Witness()

    def look() -> None:
        town.now = clock()
        sweeps.sweep(town.db, lambda *_: [], lambda *_: None, town.now, witness=worker)

    look()
    clock.jump(400 * DAY)
    look()
    before = town.counts()
    with pytest.raises(Refused, match="系统时间"), town.db.begin() as tx:
        issue(tx, town)
    assert town.counts() == before
    with town.db.begin() as tx:
        assert credential_links.show_at_machine(tx, SYSTEM, accounts.one(tx, "xu"), town.now)
    clock.jump(-400 * DAY)
    look()
    with town.db.begin() as tx:
        issue(tx, town)


# Guessing


def test_a_count_from_a_clock_that_was_ahead_keeps_nobody_out(database: Database, clock: Clock) -> None:
    for instant, taken in ((clock() + 400 * DAY, 1), (clock() + 400 * DAY, 2), (clock(), 1), (clock() + SECOND, 2)):
        with database.begin() as tx:
            assert attempt_counts.count(tx, "somebody", instant, instant + MINUTE)[0] == taken


def test_without_its_database_a_process_counts_alone(settings: Settings, clock: Clock) -> None:
    throttle = Shared(Database("sqlite:////nowhere/at/all.db"), settings, "login", 3, MINUTE)
    for _ in range(3):
        throttle.take("somebody", clock())
    with pytest.raises(TooMany):
        throttle.take("somebody", clock())
    throttle.take("somebody else", clock())


@pytest.fixture
def browser(settings: Settings, database: Database, clock: Clock) -> FlaskClient:
    """Of zhou, who has a device."""
    frame.people(database)
    with database.begin() as tx:
        tx.execute(update(person).where(person.c.login == "zhou").values(totp_secret=Vault(b"k" * 32).seal(CODES)))
    return frame.make(settings, database).test_client()


def test_a_browser_is_known_after_the_code_and_not_after_the_password(browser: FlaskClient) -> None:
    """Else whoever knows the password alone had a count of guesses that the owner's does not touch."""
    assert frame.log_in(browser, "zhou").location == "/login/code"
    assert browser.get_cookie("repairflow-device") is None
    token = frame.csrf_of(browser.get("/login/code"))
    given = {"code": pyotp.TOTP(CODES).at(times.now()), "csrf_token": token}
    assert browser.post("/login/code", data=given).status_code == 303
    assert browser.get_cookie("repairflow-device") is not None
