"""Who may use a route: declared in its table (web/core/routes.py), enforced before the view runs, refused when undeclared.

`install` asks the declaration on each request and `unguarded` names the routes without one, so that a program with such a
route does not start. It admits to the view only: what somebody may see or do there is answered by casework (scope, machine,
guards).
"""

from __future__ import annotations

from flask import Flask, request
from flask.sansio.app import App

from repairflow.casework.actor import Actor
from repairflow.errors import ConfigurationError, Forbidden, Unauthenticated
from repairflow.web.core import sessions

PUBLIC = "public"  # anybody
SIGNED_IN = "signed_in"  # anybody who is signed in
ENTERPRISE = "enterprise"  # agents and representatives of subjects
STAFF = "staff"  # people of offices, but those who only set the installation up: these see no case
ANY_STAFF = "any_staff"  # people of offices, administrators as well
# Every other word is a role a person holds in some office.


def declare(app: App, endpoint: str, *who: str) -> None:
    """Ensure that `app` admits these, and nobody else, to the endpoint; ValueError when none is given."""
    if not who:
        raise ValueError(f"say who may use {endpoint}")
    _policies(app)[endpoint] = frozenset(who)


def _policies(app: App) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = app.extensions.setdefault("access", {})
    return found


def admits(who: frozenset[str], actor: Actor | None) -> bool:
    """Tell whether an actor (None: not signed in) is one of `who`."""
    if PUBLIC in who:
        return True
    if actor is None:
        return False
    return SIGNED_IN in who or not who.isdisjoint(_doors(actor)) or actor.has_role(*who)


def _doors(actor: Actor) -> tuple[str, ...]:
    if actor.kind == "agent":
        return (ENTERPRISE,)
    if actor.kind == "staff":
        return (ANY_STAFF,) if actor.administrative else (ANY_STAFF, STAFF)
    return ()


def declared(app: Flask, endpoint: str) -> frozenset[str]:
    """Return who may use an endpoint; empty when nothing is declared."""
    return _policies(app).get(endpoint, frozenset())


def unguarded(app: Flask) -> list[str]:
    """Rules of routes which do not say who may use them, sorted."""
    return sorted(rule.rule for rule in app.url_map.iter_rules() if not declared(app, rule.endpoint))


def check(app: Flask) -> None:
    """Raise ConfigurationError naming every route without a policy; called once all blueprints are registered."""
    if open_routes := unguarded(app):
        raise ConfigurationError("以下路由未声明谁可使用，未启动：" + "、".join(open_routes))


def install(app: Flask) -> None:
    """Ensure that no view of `app` runs for somebody it does not admit; the static files are public."""
    declare(app, "static", PUBLIC)

    @app.before_request
    def admit() -> None:
        if request.endpoint is None:
            return  # no such page: answered as 404
        who = declared(app, request.endpoint)
        if not who:
            raise Forbidden("此页面没有声明谁可使用，因此不开放。")
        if PUBLIC in who:
            return
        actor = sessions.signed_in_actor()
        if admits(who, actor):
            sessions.require_second_factor(request.endpoint)
            return
        if actor is None:
            raise Unauthenticated
        raise Forbidden
