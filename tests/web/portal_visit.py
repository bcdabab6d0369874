"""A visitor at the enterprise's door: the town, the whole application, and a browser for each person."""

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

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.records import person
from tests.support.building import Town, png


def make(town: Town) -> Flask:
    """The application; every person of the town may be entered with one press."""
    with town.db.begin() as tx:
        tx.execute(update(person).values(sample=True))
    return make_app(Program(replace(town.settings, demo=True), town.db, town.services))


BOUNDARY = b"----a-browser-makes-one-up"


def _part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    named = f'; filename="{file_name}"' if file_name else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
    return b"--" + BOUNDARY + b"\r\n" + head + content + b"\r\n"


class Visitor:
    """Somebody with a browser: `get`, `send` (with the token of the page last seen), `upload`."""

    def __init__(self, app: Flask, town: Town, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.signs = "林一鸣" if name == "yunxi's agent" else "宋远山"  # whoever is signed in signs
        self.page = self.client.get("/login")  # for its token: the page of sample people asks about each of them
        self.post(f"/enter/{town.people[name]}")

    def get(self, path: str, status: int = 200) -> str:
        """The page, as text without escapes; `status` is what is expected."""
        self.page = self.client.get(path, follow_redirects=True, buffered=True)  # a served file is closed again
        assert self.page.status_code == status, (path, self.page.status, self.text[:400])
        return self.text

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """A form sent from the page last seen; the answer itself, no redirect followed."""
        return self._sent(self.client.post(path, data={"csrf_token": self.token, **(data or {})}))

    def upload(self, path: str, kind: str, *files: tuple[str, bytes]) -> TestResponse:
        """Files of one kind, sent as a browser sends them."""
        parts = [_part("csrf_token", self.token.encode()), _part("kind", kind.encode())]
        parts += [_part(kind, content, name) for name, content in files]
        body = b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"
        return self._sent(
            self.client.post(path, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY.decode()}")
        )

    def _sent(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and answer.status_code != 303:
            self.page = answer
        return answer

    @property
    def token(self) -> str:
        """The token in the forms of the page last seen; empty where it has none."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.text)
        return found.group(1) if found else ""

    @property
    def text(self) -> str:
        return unescape(self.page.get_data().decode("utf-8", "replace"))

    def begin(self, number: str, procedure: str = "repair") -> str:
        """A draft begun from the first page; its address."""
        self.get(f"/my/file/{procedure}/{number}")
        answer = self.post(f"/my/file/{procedure}/{number}")
        assert answer.status_code == 303
        return str(answer.location)

    def fill(self, draft: str, *, agent: bool = False) -> None:
        """Everything a repair needs, page by page."""
        self.get(f"{draft}/answers")
        answers = {"performed_on": "2026-02-01", "correction": "已缴清罚款并完成整改。"}
        assert self.post(f"{draft}/answers", answers).status_code == 303
        for kind in ("performance_proof", *(("mandate",) if agent else ())):
            assert self.upload(f"{draft}/materials", kind, ("缴款凭证.png", png())).status_code == 303
        shown = re.search(r'name="version" value="([^"]+)"', self.get(f"{draft}/commitment"))
        assert shown is not None
        signing = {"agree": "yes", "commitment_signed_by": self.signs, "version": shown[1]}
        assert self.post(f"{draft}/commitment", signing).status_code == 303
