"""One context for each request: who asks, when, with what; and what an application keeps beside it is made once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from flask import Blueprint, Flask
from sqlalchemy import event as on

from repairflow.errors import Unauthenticated
from repairflow.web.core import access, context
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.core.routes import GET, Route, register
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application, visit

pytestmark = pytest.mark.either_database

SEEN: list[RequestContext] = []


def public() -> str:
    SEEN.extend((current(), current()))
    return ""


def health() -> str:
    SEEN.append(current())
    return ""


@pytest.fixture
def app(town: Town) -> Iterator[Flask]:
    routes = (Route("/see", GET, public, access.PUBLIC, "see"), Route("/health", GET, health, access.PUBLIC))
    SEEN.clear()
    yield application(town, lambda app: app.register_blueprint(register(Blueprint("public", "public"), routes)))
    SEEN.clear()


def test_a_request_has_one_context_and_the_next_another(town: Town, app: Flask, clock: Clock) -> None:
    browser, began = visit(app, town, "acceptor@ENV"), town.now
    assert browser.get("/see").status_code == 200
    later = clock.travel(timedelta(minutes=5))
    assert browser.get("/see").status_code == 200
    first, again, second, _ = SEEN
    assert first is again
    assert (first.now, second.now) == (began, later)
    assert first.actor.id == town.people["acceptor@ENV"]
    assert (first.db, first.law) == (town.db, town.services.law)


def test_without_a_visitor_there_is_no_actor(app: Flask) -> None:
    app.test_client().get("/see")
    assert SEEN[0].visitor is None
    with pytest.raises(Unauthenticated):
        _ = SEEN[0].actor


def test_what_must_answer_in_any_trouble_asks_the_database_nothing(town: Town, app: Flask) -> None:
    browser, said = visit(app, town, "acceptor@ENV"), []

    def note(*given: object) -> None:
        said.append(given[2])

    on.listen(town.db.engine, "before_cursor_execute", note)
    assert browser.get("/health").status_code == 200
    assert (said, SEEN[0].visitor) == ([], None)
    browser.get("/see")
    assert said != []


def test_a_refused_request_has_no_context(app: Flask) -> None:
    with app.test_request_context("/see"), pytest.raises(LookupError):
        current()


def test_an_application_makes_one_of_each(town: Town) -> None:
    together, both = Barrier(8), Barrier(2)

    def pool(made_for: Site) -> list[Site]:
        with suppress(BrokenBarrierError):
            both.wait(0.2)  # passed by two that make it at the same time
        return [made_for]

    one, other = (context.Site(town.settings, town.db, town.services) for _ in range(2))

    def ask(_: int) -> list[Site]:
        together.wait(30)
        return one.one(pool)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(ask, range(8)))
    assert all(found is made[0] for found in made)
    assert other.one(pool) is not made[0]
