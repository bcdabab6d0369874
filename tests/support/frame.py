"""An application with the frame of every page, a few people, and one view for each kind of visitor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from flask import Flask, flash, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from repairflow.casework.admin.credentials import hash_password
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.errors import Refusal, Refused, Stale
from repairflow.records import mandate, office, person, role_grant, subject
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access
from repairflow.web.core.context import Site
from repairflow.web.core.setup import make_frame
from tests.support.building import law

PASSWORD = "correct horse 电池"
AGENT, REVIEWER, AUDITOR, GONE, NO_SAMPLE = 1, 2, 3, 4, 5


@cache
def hashed() -> str:
    """The hash of everybody's password, made once: hashing is slow on purpose."""
    return hash_password(PASSWORD)


def people(db: Database) -> None:
    """Two offices, one company, and five people: an agent, a reviewer, an auditor, one inactive, one who is no sample."""
    fields = {"password_hash": hashed(), "active": True, "sample": True}
    with db.engine.begin() as tx:
        tx.execute(
            insert(office),
            [
                {
                    "id": 1,
                    "code": "hb",
                    "name": "云溪县生态环境局",
                    "short_name": "县环境局",
                    "mark": "溪环",
                    "kind": "authority",
                },
                {
                    "id": 2,
                    "code": "xy",
                    "name": "云溪县信用办",
                    "short_name": "县信用办",
                    "mark": "溪信",
                    "kind": "credit_office",
                },
            ],
        )
        tx.execute(
            insert(person),
            [
                {**fields, "id": AGENT, "login": "lin", "name": "林一鸣", "kind": "agent"},
                {**fields, "id": REVIEWER, "login": "zhou", "name": "周予安", "kind": "staff"},
                {**fields, "id": AUDITOR, "login": "meng", "name": "孟衡", "kind": "staff"},
                {**fields, "id": GONE, "login": "gone", "name": "已离岗", "kind": "staff", "active": False},
                {**fields, "id": NO_SAMPLE, "login": "real", "name": "非示例", "kind": "staff", "sample": False},
            ],
        )
        tx.execute(
            insert(role_grant),
            [
                {"person_id": REVIEWER, "role": "reviewer", "office_id": 1},
                {"person_id": AUDITOR, "role": "auditor", "office_id": 2},
            ],
        )
        tx.execute(
            insert(subject),
            [{"id": 1, "kind": "organisation", "name": "云溪环保科技有限公司", "uscc": "91320830MA1X2Y3T4C"}],
        )
        tx.execute(
            insert(mandate),
            [{"person_id": AGENT, "subject_id": 1, "capacity": "agent", "valid_from": date(2026, 1, 1)}],
        )


def make(settings: Settings, db: Database, **changes: object) -> Flask:
    """The application; `changes` are settings that differ."""
    settings = replace(settings, **changes)  # type: ignore[arg-type]  # a test names its own settings
    app = Flask("repairflow.app")
    app.testing = True
    make_frame(app, Site(settings, db, Services.of(law(), Vault(b"k" * 32), settings)))
    _views(app)
    return app


def _views(app: Flask) -> None:
    def add(path: str, name: str, view: Callable[..., str | dict[str, str]], who: str, *more: str) -> None:
        app.add_url_rule(path, name, view, methods=["GET", *more])
        access.declare(app, name, who)

    for who in ("public", "signed_in", "enterprise", "staff", "reviewer", "auditor"):
        add(f"/for/{who}", f"for_{who}", lambda who=who: f"for {who}", who)

    def echo() -> dict[str, str]:
        return {"said": request.form.get("word", "")}

    def say() -> str:
        flash("<b>粗</b>", "success")
        page = "{% extends 'base/base.html' %}{% block main %}{{ word }}{% endblock %}"
        return render_template_string(page, word=request.args.get("word", ""))

    def fails(how: str) -> str:
        raise {
            "refused": Refused([Refusal("early", "最短公示期未满", ("第八条",))]),
            "stale": Stale(7),
            "bug": ZeroDivisionError("320830199001011234"),
        }[how]

    add("/api/v1/echo", "echo", echo, "signed_in", "POST")
    app.add_url_rule("/do", "do", lambda: "done", methods=["POST"])
    access.declare(app, "do", "signed_in")
    add("/say", "say", say, "public")
    add("/fails/<how>", "fails", fails, "public", "POST")


def csrf_of(page: TestResponse) -> str:
    """The token in the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found.group(1)


def log_in(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    """Press 登录 as a browser does."""
    token = csrf_of(client.get("/login"))
    return client.post("/login", data={"login": login, "password": password, "csrf_token": token})
