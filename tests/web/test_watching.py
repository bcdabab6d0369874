"""Who looked at what stands in the trail, for auditors to look up; so does who signed in or failed to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from repairflow import access_audit_files
from repairflow.auditing.chain import content, personal
from repairflow.casework import access_audit
from repairflow.casework.admin.credentials import hash_password
from repairflow.db import Database
from repairflow.records import cases, event, material, person
from repairflow.settings import Settings
from repairflow.web.audit.access_audit import PAGES
from repairflow.web.core.access_audit import BLUEPRINTS
from tests.conftest import Clock
from tests.security.whole_house import Secret, WholeHouse
from tests.support.building import Town


@pytest.fixture
def house(database: Database, settings: Settings, clock: Clock) -> WholeHouse:
    return WholeHouse(Town(database, settings))


def round_of(house: WholeHouse) -> int:
    """One round of the worker; how many events it made."""
    made = 0
    for file in access_audit_files.aside(house.town.settings.home):
        with house.town.db.begin() as tx:
            made += access_audit.take(tx, file, house.town.now)
        file.unlink()
    return made


def taken(house: WholeHouse) -> list[tuple[str, str, object]]:
    """Two rounds of the worker; actor, action and what was seen of each event of these streams."""
    town = house.town
    for _ in range(2):
        round_of(house)
    rows = town.all(select(event).where(event.c.stream.in_(("views", "sign-ins"))).order_by(event.c.id))
    return [(row.actor_name, row.action, [one["of"] for one in content(row.body).get("seen", ())]) for row in rows]


def test_what_staff_look_at_is_kept_and_an_auditor_finds_it(house: WholeHouse) -> None:
    secret = Secret.of(house.town)
    officer, owner, auditor = house.browser("acceptor@ENV"), house.browser("yunxi"), house.browser("auditor@CREDIT")
    assert officer.get(f"/desk/cases/{secret.case}") == 200
    assert officer.get(f"/desk/cases/{secret.case}") == 200
    assert officer.get(f"/letters/{secret.letter}") == 200
    assert officer.get("/desk") == 200  # names nobody in its address
    assert officer.get("/desk/cases/XF-2026-999999") == 404
    assert owner.get(f"/my/cases/{secret.case}") == 200  # its own
    ((name, action, of),) = taken(house)
    assert (action, of[0], len(of)) == ("viewed", secret.case, 2)
    assert secret.letter not in str(of)
    assert auditor.get("/audit/seen") == 200
    assert secret.case in auditor.text
    assert name in auditor.text
    assert auditor.get("/audit/seen?q=nobody") == 200
    assert "没有找到记录" in auditor.text
    assert auditor.get("/audit/seen?before=x") == 422
    assert officer.get("/audit/seen") == 403


def test_a_paper_read_beside_its_case_is_kept_like_one_that_was_taken(house: WholeHouse) -> None:
    town, secret = house.town, Secret.of(house.town)
    (token, *_) = town.all(
        select(material.c.token).join(cases, cases.c.id == material.c.case_id).where(cases.c.number == secret.case)
    )[0]
    officer = house.browser("acceptor@ENV")
    assert officer.get(f"/desk/cases/{secret.case}?paper={token}") == 200
    ((_, _, beside),) = taken(house)
    assert officer.get(f"/materials/{token}") == 200
    *_, (_, _, taken_away) = taken(house)
    assert len(beside) == 2
    assert set(taken_away) < set(beside)
    assert secret.case in beside
    assert token not in str(beside)


def test_sign_ins_and_failures_are_kept(house: WholeHouse) -> None:
    town = house.town
    town.turn(
        person.update().where(person.c.login == "acceptor@ENV").values(password_hash=hash_password("right password 1"))
    )
    for password, status in (("wrong", 422), ("right password 1", 303)):
        stranger = house.browser(None)
        stranger.get("/login")
        assert stranger.post("/login", login="acceptor@ENV", password=password) == status
    kept = taken(house)
    assert [action for _, action, _ in kept] == ["sign_in_failed", "sign_in"]
    assert kept[0][0] == "系统"
    first = town.all(select(event.c.id).where(event.c.stream == "sign-ins").order_by(event.c.id))[0].id
    with town.db.read() as tx:
        assert personal(tx, first)["login"] == "acceptor@ENV"
        assert "acceptor" not in str(tx.scalar(select(event.c.body).where(event.c.id == first)))


def test_what_was_taken_is_not_taken_twice(house: WholeHouse, tmp_path: Path) -> None:
    """The worker dies between the trail and the file."""
    town = house.town
    home = town.settings.home
    access_audit_files.append(
        home, {"kind": "view", "at": "2026-06-10T10:00:00+08:00", "person": 1, "name": "甲", "page": "x", "of": "y"}
    )
    assert access_audit_files.aside(home) == []
    (file,) = (home / access_audit_files.NAME).glob("*.aside")
    shutil.copy(file, tmp_path / file.name)
    assert round_of(house) == 1
    shutil.copy(tmp_path / file.name, file)
    assert round_of(house) == 0
    assert len(taken(house)) == 1
    assert not file.exists()


def test_every_page_that_is_told_has_a_name_for_auditors(house: WholeHouse) -> None:
    """Whatever an address with a number, a code or a token shows is kept under the name of its page: no code of ours is read there."""
    told = {
        rule.endpoint
        for rule in house.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and (rule.arguments or rule.rule.endswith((".csv", ".zip")))
        and rule.endpoint.split(".")[0] in BLUEPRINTS
    }
    assert sorted(told - PAGES.keys()) == []
    assert sorted(PAGES.keys() - {rule.endpoint for rule in house.app.url_map.iter_rules()}) == []
    officer, auditor = house.browser("acceptor@ENV"), house.browser("auditor@CREDIT")
    assert officer.get("/desk/lists/watch") == 200
    taken(house)
    assert auditor.get("/audit/seen") == 200
    assert "名单" in auditor.text
    assert "desk.list_kind" not in auditor.text
