"""Pages of auditors read from a standby: what they say of their age, and who reads where it was written all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal, select

from repairflow import primary
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.records.base import Instant
from repairflow.settings import Settings
from repairflow.web.audit import blueprint as audit
from repairflow.web.core import access
from repairflow.web.core import replica as read_replica
from repairflow.web.core.context import Site
from repairflow.web.core.replica import Standby
from repairflow.web.core.setup import make_frame
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import sign, visit

TOLD = "本页数据取自只读副本，截至 2026-06-20 09:41"


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    town = Town(database, replace(settings, database_replica_url="postgresql://standby/"))
    sign(town)
    return town


def auditor(town: Town, standby: Database) -> FlaskClient:
    app = Flask("repairflow")
    app.testing = True
    make_frame(app, Site(town.settings, town.db, town.services, Standby(standby)))
    app.register_blueprint(audit.blueprint)
    access.check(app)
    return visit(app, town, "auditor@CREDIT")


@pytest.fixture
def follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database answers as a standby that has followed until this instant."""
    until = literal(datetime(2026, 6, 20, 1, 41, tzinfo=UTC), Instant)
    monkeypatch.setattr(primary, "_AS_OF", select(until))


@pytest.mark.usefixtures("follows")
def test_a_page_from_a_standby_says_as_of_when(town: Town) -> None:
    client = auditor(town, town.db)
    assert TOLD in client.get("/audit").text
    assert TOLD in client.get("/audit/trail").text
    assert TOLD not in client.get("/audit/findings").text  # where something is entered, everything is there


@pytest.mark.usefixtures("follows")
def test_whoever_changed_something_reads_where_it_was_written(town: Town) -> None:
    client = auditor(town, town.db)
    page = client.get("/audit").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert client.post("/audit/notices/read", data={"csrf_token": token}).status_code == 303
    assert TOLD not in client.get("/audit").text


def test_a_standby_that_does_not_answer_is_left_alone_for_a_while(town: Town) -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:9/none", Limits(connect=1))
    standby = Standby(gone)
    app = Flask("repairflow")
    app.testing = True
    make_frame(app, Site(town.settings, town.db, town.services, standby))
    app.register_blueprint(audit.blueprint)
    client = visit(app, town, "auditor@CREDIT")
    for _ in range(2):
        page = client.get("/audit")
        assert page.status_code == 200
        assert "只读副本" not in page.text
    with app.test_request_context("/audit"):
        assert not standby.may_answer()
    gone.dispose()


@pytest.mark.usefixtures("follows")
def test_witnesses_never_read_a_standby(town: Town) -> None:
    behind = Database("postgresql+psycopg://nobody@127.0.0.1:9/none", Limits(connect=1))
    client = auditor(town, behind)
    assert client.get("/audit/checkpoint").status_code == 200
    behind.dispose()


def test_every_such_page_is_there() -> None:
    from repairflow.web.oversight import blueprint as oversight
    from repairflow.web.staff import blueprint as staff

    app = Flask("repairflow")
    for one in (audit.blueprint, oversight.blueprint, staff.blueprint):
        app.register_blueprint(one)
    assert app.view_functions.keys() >= read_replica.PAGES
