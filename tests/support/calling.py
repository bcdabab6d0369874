"""Programs that call the API, and visitors of doors, in a town: an application around the town's database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Executable, insert, text
from werkzeug.test import TestResponse

from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.db import Database
from repairflow.records import api_token
from repairflow.web.core import access, sessions
from repairflow.web.core.context import Site
from repairflow.web.core.setup import make_frame
from tests.support.building import Town

KEYS = count(1)


def application(town: Town, *doors: Callable[[Flask], object], db: Database | None = None) -> Flask:
    """The frame and the blueprints asked for, over the town's database, by connections of its own where `db` is given."""
    app = Flask("repairflow")
    app.testing = True
    make_frame(app, Site(town.settings, db or town.db, town.services))
    for door in doors:
        door(app)
    access.check(app)
    return app


def signer(town: Town) -> Signer:
    return Signer.at(town.settings.keys)


def sign(town: Town) -> None:
    """Afterwards the log has every event, and its newest checkpoint is signed."""
    with town.db.begin() as tx:
        sequencer.sequence(tx, 1000)
    with town.db.begin() as tx:
        checkpoints.take(tx, signer(town), town.now)


def visit(app: Flask, town: Town, who: str) -> FlaskClient:
    """A browser in which one person of the town is signed in."""
    with town.db.begin() as tx:
        token = sessions.start(tx, town.settings, town.people[who], None, second_factor=True)
    client = app.test_client()
    client.set_cookie(sessions.cookie_name(town.settings), token)
    return client


def tamper(town: Town, statement: str | Executable) -> None:
    """Somebody with the database's password, past the triggers that keep honest programs from it."""
    with town.db.engine.begin() as tx:
        if town.db.is_sqlite:
            for (name,) in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                tx.execute(text(f"DROP TRIGGER {name}"))
        else:
            tx.execute(text("SET session_replication_role = replica"))
        tx.execute(text(statement) if isinstance(statement, str) else statement)


@dataclass
class Caller:
    """A program with the bearer token of one person of the town."""

    app: Flask
    town: Town
    who: str
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        secret = f"token of {self.who} {next(KEYS)}"
        with self.town.db.begin() as tx:
            tx.execute(
                insert(api_token).values(
                    digest=sessions.digest_of(secret),
                    person_id=self.town.people[self.who],
                    label="test",
                    created_at=self.town.now,
                    expires_at=self.town.now + timedelta(days=400),
                )
            )
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers, **more)

    def post(self, path: str, body: Any = None, key: str | None = None, **more: Any) -> TestResponse:
        """A request with a fresh Idempotency-Key, or the one given ("" for none)."""
        headers = dict(self.headers)
        if key != "":
            headers["Idempotency-Key"] = key or f"k{next(KEYS)}"
        return (
            self.client.post(f"/api/v1{path}", headers=headers, json=body, **more)
            if body is not None
            else (self.client.post(f"/api/v1{path}", headers=headers, **more))
        )
