"""Every route says who may use it; the frame lets nobody else in."""

from __future__ import annotations

import pytest
from flask import Flask

from repairflow.casework.actor import Actor
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.settings import Settings
from repairflow.web.core import access
from tests.support import frame

pytestmark = pytest.mark.either_database

AGENT = Actor(1, "林", "agent", mandates=frozenset({(1, "agent")}))
REVIEWER = Actor(2, "周", "staff", frozenset({("reviewer", 1)}))
SETS_UP, SECURES, AUDITS = (
    Actor(key, "某", "staff", frozenset({(role, 1)}))
    for key, role in enumerate(("system_admin", "security_admin", "audit_admin"), 3)
)


@pytest.mark.parametrize(
    ("who", "actor", "admitted"),
    [
        ({"public"}, None, True),
        ({"signed_in"}, None, False),
        ({"signed_in"}, AGENT, True),
        ({"enterprise"}, AGENT, True),
        ({"enterprise"}, REVIEWER, False),
        ({"staff"}, REVIEWER, True),
        ({"staff"}, AGENT, False),
        ({"staff"}, SETS_UP, False),
        ({"staff"}, SECURES, False),
        ({"staff"}, AUDITS, True),
        ({"any_staff"}, SETS_UP, True),
        ({"any_staff"}, AGENT, False),
        ({"reviewer"}, REVIEWER, True),
        ({"decider"}, REVIEWER, False),
        ({"decider", "reviewer"}, REVIEWER, True),
        (set(), REVIEWER, False),
    ],
)
def test_admits(who: set[str], actor: Actor | None, admitted: bool) -> None:
    assert access.admits(frozenset(who), actor) is admitted


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        (None, "/for/public", 200),
        (None, "/for/signed_in", 303),
        (None, "/for/reviewer", 303),
        ("lin", "/for/enterprise", 200),
        ("lin", "/for/staff", 403),
        ("lin", "/for/reviewer", 403),
        ("zhou", "/for/reviewer", 200),
        ("zhou", "/for/auditor", 403),
        ("meng", "/for/auditor", 200),
    ],
)
def test_the_frame_enforces_it(
    settings: Settings, database: Database, login: str | None, path: str, status: int
) -> None:
    frame.people(database)
    client = frame.make(settings, database).test_client()
    if login:
        assert frame.log_in(client, login).status_code == 303
    assert client.get(path).status_code == status


def test_a_route_without_policy_is_closed_and_stops_the_start(settings: Settings, database: Database) -> None:
    app = frame.make(settings, database)
    access.check(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open!")
    assert app.test_client().get("/forgotten").status_code == 403
    with pytest.raises(ConfigurationError, match="/forgotten"):
        access.check(app)


def test_a_declaration_must_name_somebody() -> None:
    with pytest.raises(ValueError, match="who may use"):
        access.declare(Flask("x"), "a")


def test_a_declaration_is_kept_for_its_view() -> None:
    app = Flask("x")
    app.add_url_rule("/a", "a", lambda: "")
    access.declare(app, "a", "staff")
    assert access.declared(app, "a") == {"staff"}


@pytest.mark.parametrize("path", ["/nothing", "/for", "/enter/1"])
def test_absent_pages_are_a_chinese_404(settings: Settings, database: Database, path: str) -> None:
    frame.people(database)
    answer = frame.make(settings, database).test_client().get(path)
    assert answer.status_code in {404, 405}
    assert "请求编号" in answer.text


@pytest.mark.parametrize(
    ("login", "shown", "hidden"),
    [
        ("zhou", ["我的待办", "周予安", "县环境局 · 审核"], ["审计", "信用档案", "全部办件"]),
        ("meng", ["审计", "孟衡"], ["我的待办"]),
        ("lin", ["信用档案", "云溪环保科技有限公司 · 经办人"], ["我的待办", "审计"]),
        (None, ["访客", "登录"], ["我的待办", "信用档案", "退出登录"]),
    ],
)
def test_the_header_shows_the_doors_one_may_use(
    settings: Settings, database: Database, login: str | None, shown: list[str], hidden: list[str]
) -> None:
    frame.people(database)
    app = frame.make(settings, database)
    for door, name, who in [
        ("desk", "queue", "staff"),
        ("portal", "credit_file", "enterprise"),
        ("audit", "home", "auditor"),
    ]:
        app.add_url_rule(f"/{door}", f"{door}.{name}", lambda: "here")
        access.declare(app, f"{door}.{name}", who)
    app.add_url_rule("/cases", "desk.cases", lambda: "not for these people")
    access.declare(app, "desk.cases", "decider")
    client = app.test_client()
    if login:
        frame.log_in(client, login)
    page = client.get("/say").text
    header = page[page.index("<header") : page.index("</header>")]
    assert [word for word in shown if word not in header] == []
    assert [word for word in hidden if word in header] == []
