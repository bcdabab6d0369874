"""Every route says who may use it, and nobody who has not signed in gets behind one that is not public."""

from __future__ import annotations

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.settings import Settings
from repairflow.web.core import access

# What a stranger may be told: sign in (a page sends them there), forbidden, no such thing, or a form without its token.
TURNED_AWAY = {302, 303, 400, 401, 403, 404, 415, 422}


def test_every_route_declares_its_access(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    assert [rule.rule for rule in app.url_map.iter_rules() if not access.declared(app, rule.endpoint)] == []


def test_a_stranger_gets_behind_no_closed_door(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        if "public" in access.declared(app, rule.endpoint):
            continue
        with app.test_request_context():
            values = dict.fromkeys(rule.arguments, "1")
            path = app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = stranger.open(path, method=method)
            assert answer.status_code in TURNED_AWAY, f"{method} {path}: {answer.status}"
            if answer.status_code in {302, 303}:
                assert "next=" in answer.location or "sign" in answer.location or "login" in answer.location
