"""An officer at the desk: the town, an application with the frame and the doors of staff, and a browser for each person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from repairflow.records import person
from repairflow.web.core import access
from repairflow.web.core.context import Site
from repairflow.web.core.setup import make_frame
from repairflow.web.letters import blueprint as letters
from repairflow.web.oversight import blueprint as oversight
from repairflow.web.shared import downloads
from repairflow.web.staff import blueprint as staff
from tests.support.building import Town


def make(town: Town) -> Flask:
    """The application; every person of the town may be entered with one press."""
    with town.db.begin() as tx:
        tx.execute(update(person).values(sample=True))
    settings = replace(town.settings, demo=True)
    app = Flask("repairflow.app")
    app.testing = True
    make_frame(app, Site(settings, town.db, town.services))
    app.register_blueprint(staff.blueprint)
    app.register_blueprint(oversight.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(letters.blueprint)
    access.check(app)
    return app


class Officer:
    """Somebody of an office with a browser."""

    def __init__(self, app: Flask, town: Town, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.page = self.client.get("/login")  # for its token: the page of sample people asks about each of them
        entered = self.post(f"/enter/{town.people[name]}")
        assert entered.status_code == 303, entered.text[:300]

    @property
    def text(self) -> str:
        """The page last seen, without escapes."""
        return unescape(self.page.text)

    def get(self, path: str, status: int = 200) -> str:
        """The page after all redirects; `status` is what is expected."""
        self.page = self.client.get(path, follow_redirects=True)
        assert self.page.status_code == status, (path, self.page.status, self.text[:600])
        return self.text

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form sent from the page last seen; the answer itself."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text)
        answer = self.client.post(path, data={"csrf_token": found.group(1) if found else "", **(data or {})}, **more)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            self.page = answer
        return answer

    def form(self, action: str) -> dict[str, str]:
        """The hidden and filled-in fields of an action's form on the page last seen."""
        found = re.search(rf'<details class="rf-act"[^>]*id="act-{action}".*?</form>', self.page.text, re.DOTALL)
        assert found, f"no form of {action} on the page"
        fields = {}
        for tag in re.findall(r"<input[^>]*>", found.group(0)):
            kind, name = _attribute(tag, "type"), _attribute(tag, "name")
            if kind in {"hidden", "text", "date"} or (kind == "radio" and " checked" in tag):
                fields[name] = _attribute(tag, "value")
        for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', found.group(0), re.DOTALL):
            fields[name] = unescape(value)
        return fields

    def act(self, case: str, action: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """The form of an action on the page last seen, filled in with `data` and sent."""
        fields = {**self.form(action), **(data or {})}
        return self.post(f"/desk/cases/{case}/actions/{action}", fields, **more)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else ""
