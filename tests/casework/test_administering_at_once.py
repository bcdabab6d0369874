"""Two administrators at once: the second waits for the first and is told, as it would be a minute later."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pyotp
import pytest
from sqlalchemy import Connection, select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import (
    accounts,
    credential_links,
    credentials,
    offices,
    roles_and_mandates,
    second_factor,
    targets,
)
from repairflow.casework.changes import AddTarget
from repairflow.errors import Conflict, Invalid, NotFound, RepairFlowError
from repairflow.records import office, person, target, web_session
from tests.support.building import Town

MOMENT = 0.4
"""Seconds in which a rival that did not wait would be done."""
Act = Callable[[Connection], object]


def race(town: Town, first: Act, second: Act) -> list[RepairFlowError]:
    """`second` begins while `first` is done but not committed; what it is told."""
    told: list[RepairFlowError] = []

    def rival() -> None:
        try:
            with town.db.begin() as tx:
                second(tx)
        except RepairFlowError as error:
            told.append(error)

    thread = Thread(target=rival)
    with town.db.begin() as tx:
        first(tx)
        thread.start()
        thread.join(MOMENT)
    thread.join()
    return told


def an_office(town: Town, code: str) -> Act:
    given = {"code": code, "name": f"{code} 局", "short_name": code, "mark": "溪交", "kind": "authority"}
    return lambda tx: offices.add(tx, town.law, SYSTEM, given, town.now)


def a_target(town: Town, code: str) -> Act:
    given = {"code": code, "name": code, "kind": "province", "url": "https://credit.example.gov.cn"}
    return lambda tx: targets.add(tx, town.vault, AddTarget(SYSTEM, given), town.now)


def an_account(town: Town, name: str) -> Act:
    return lambda tx: accounts.add(tx, SYSTEM, "xu", name, "staff", town.now)


def a_post(town: Town, role: str) -> Act:
    return lambda tx: roles_and_mandates.grant(tx, SYSTEM, "xu", role, "CREDIT", town.now)


def test_one_mark_goes_to_one_office(town: Town) -> None:
    (told,) = race(town, an_office(town, "YX-A"), an_office(town, "YX-B"))
    assert isinstance(told, Invalid)
    assert len(town.all(select(office.c.id).where(office.c.mark == "溪交"))) == 1


def test_one_address_goes_to_one_target(town: Town) -> None:
    (told,) = race(town, a_target(town, "aa"), a_target(town, "bb"))
    assert isinstance(told, Invalid)
    assert len(town.all(select(target.c.id).where(target.c.url == "https://credit.example.gov.cn"))) == 1


def test_one_login_goes_to_one_person(town: Town) -> None:
    (told,) = race(town, an_account(town, "许知行"), an_account(town, "徐之行"))
    assert isinstance(told, Conflict)
    assert town.one(select(person.c.name).where(person.c.login == "xu")).name == "许知行"


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_nobody_becomes_two_administrators(town: Town, role: str) -> None:
    with town.db.begin() as tx:
        an_account(town, "许知行")(tx)
    (told,) = race(town, a_post(town, "system_admin"), a_post(town, role))
    assert isinstance(told, Conflict)


def test_a_link_is_used_once(town: Town) -> None:
    with town.db.begin() as tx:
        an_account(town, "许知行")(tx)
        token = credentials.issue_link(tx, SYSTEM, accounts.one(tx, "xu"), town.now)

    def use(password: str) -> Act:
        return lambda tx: credential_links.set_password(tx, token, password, town.now)

    (told,) = race(town, use("first password 1"), use("second password 2"))
    assert isinstance(told, NotFound)
    kept = town.one(select(person.c.password_hash).where(person.c.login == "xu")).password_hash
    assert credentials.password_fits(kept, "first password 1")


def test_a_recovery_code_is_used_once(town: Town) -> None:
    with town.db.begin() as tx:
        who = accounts.add(tx, SYSTEM, "xu", "许知行", "staff", town.now)
        values = {"person_id": who, "created_at": town.now, "seen_at": town.now, "expires_at": town.now}
        rows = [
            tx.execute(
                web_session.insert().values(token_digest=name, **values).returning(web_session.c.id)
            ).scalar_one()
            for name in ("a", "b")
        ]
        secret = second_factor.new_secret()
        code = pyotp.TOTP(secret).at(town.now)
        spare, *_ = second_factor.bind(tx, town.vault, who, rows[0], secret, code, town.now)
    answers: list[str | None] = []

    def use(session: int) -> Act:
        return lambda tx: answers.append(second_factor.confirm(tx, town.vault, who, session, spare, town.now))

    assert race(town, use(rows[0]), use(rows[1])) == []
    assert answers == [None, second_factor.WRONG]
