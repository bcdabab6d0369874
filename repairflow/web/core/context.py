"""The one context of a request: who asks, when, and what its view works with.

A view takes it from `current()`; nothing is handed to it when the application is put together, so that law, calendar and
settings are those of this request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import RLock
from typing import TypeVar, cast

from flask import Flask, current_app, g, request
from sqlalchemy import Connection

from repairflow import times
from repairflow.auditing.notes import Signer
from repairflow.casework import bound_reading
from repairflow.casework.actor import Actor
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.errors import Unauthenticated
from repairflow.law.procedure.library import Library
from repairflow.settings import Settings
from repairflow.web.core import access, replica, sessions
from repairflow.web.core.concurrency import UNATTENDED
from repairflow.web.core.replica import Standby

T = TypeVar("T")
SITE = "repairflow"


@dataclass(frozen=True)
class Site:
    """What one application is made with: settings, database and services of this node."""

    settings: Settings
    db: Database
    services: Services
    standby: Standby | None = None
    _kept: dict[object, object] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @cached_property
    def signer(self) -> Signer:
        """The key that signs checkpoints and proofs."""
        return Signer.at(self.settings.keys)

    def one(self, make: Callable[[Site], T]) -> T:
        """Return the one thing `make` gives for this application (a throttle, a pool): made at its first use, then kept."""
        with self._lock:
            if make not in self._kept:
                self._kept[make] = make(self)
            return cast("T", self._kept[make])


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request. `now` is when it began, for what its page shows and counts.

    What is written takes `times.now()` inside its transaction instead: it may have waited for a lock, and an event must
    not stand before the one it follows.
    """

    site: Site
    visitor: Actor | None  # None: not signed in
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who asks; raises Unauthenticated when nobody is signed in."""
        if self.visitor is None:
            raise Unauthenticated
        return self.visitor

    @property
    def today(self) -> date:
        """The day of `now` in Asia/Shanghai."""
        return times.local_day(self.now)

    @property
    def settings(self) -> Settings:
        """The settings of this node."""
        return self.site.settings

    @property
    def db(self) -> Database:
        """The database of this node."""
        return self.site.db

    @property
    def services(self) -> Services:
        """The services of this node."""
        return self.site.services

    @property
    def law(self) -> Library:
        """The law as this node knows it now."""
        return self.site.services.law

    def read(self) -> AbstractContextManager[Connection]:
        """Return a transaction that reads; pages that a standby may answer read there.

        Where `database_subject_role` is set, PostgreSQL itself keeps the rows of others from whoever speaks for a subject.
        """
        if (reader := self._bound()) is not None:
            return _bound_to(self.site.db, reader)
        standby = self.site.standby
        if standby is not None and standby.may_answer():
            return standby.read(self.site.db)
        return self.site.db.read()

    def _bound(self) -> bound_reading.Reader | None:
        """Return for whom alone this request reads; None for staff, and for an address that is open to everybody."""
        role, actor = self.settings.database_subject_role, self.visitor
        if not role or actor is None or actor.id is None or actor.kind != "agent":
            return None
        if access.PUBLIC in access.declared(current_app, request.endpoint or ""):
            return None
        return bound_reading.Reader(role, actor.id, actor.subjects)

    def begin(self) -> AbstractContextManager[Connection]:
        """Return a transaction that writes; it commits when its block ends well."""
        return self.site.db.begin()


@contextmanager
def _bound_to(db: Database, reader: bound_reading.Reader) -> Iterator[Connection]:
    with db.read() as tx:
        bound_reading.bind(tx, reader)
        yield tx


def current() -> RequestContext:
    """Return the context of this request. LookupError for one that no view answers (an address that is not there)."""
    found: RequestContext | None = g.get("context")
    if found is None:
        raise LookupError("no context: the request was refused before its view")
    return found


def site() -> Site:
    """Return what the application of this request is made with, also where there is no context."""
    found: Site = current_app.extensions[SITE]
    return found


def install(app: Flask, made_with: Site) -> None:
    """Ensure that each request of `app` that was let in has its context, with every calendar year loaded so far."""
    app.extensions[SITE] = made_with
    replica.install(app, made_with.settings)

    @app.before_request
    def begin() -> None:
        if request.endpoint is None:
            return
        unattended = request.endpoint in UNATTENDED
        if not unattended:
            with made_with.db.read() as tx:
                made_with.services.law_store.refresh(tx)
        g.context = RequestContext(made_with, None if unattended else sessions.signed_in_actor(), times.now())
