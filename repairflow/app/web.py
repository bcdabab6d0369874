"""The web application of a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Flask

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program, hasty, wake_workers
from repairflow.casework import bound_reading
from repairflow.casework.actor import Actor
from repairflow.casework.queries.oversight.banners import WarningCode, warnings
from repairflow.casework.queries.people.link_numbers import Numbers
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.core import access
from repairflow.web.core.context import Site
from repairflow.web.core.replica import Standby
from repairflow.web.core.setup import make_frame

WARNING_PAGES: Mapping[WarningCode, str] = {
    "calendar": "admin.calendar", "clock": "admin.clock", "command_id": "audit.home", "letters": "oversight.pushes",
    "log": "audit.home", "offices": "admin.offices", "registrar": "admin.people",
}  # fmt: skip
"""Where each warning is seen to; supervisors confirm the clock on a page of their own."""


def make_app(program: Program) -> Flask:
    """Return the web application: frame, blueprints, and the check that every route says who may use it."""
    from repairflow.web.account.blueprint import preferences
    from repairflow.web.admin import blueprint as admin
    from repairflow.web.api import blueprint as api
    from repairflow.web.audit import blueprint as audit
    from repairflow.web.exchange import blueprint as exchange
    from repairflow.web.letters import blueprint as papers
    from repairflow.web.oversight import blueprint as oversight
    from repairflow.web.portal import blueprint as portal
    from repairflow.web.public import blueprint as public
    from repairflow.web.shared import downloads as files
    from repairflow.web.staff import blueprint as staff
    from repairflow.web.staff import inbox as staff_inbox

    app = Flask("repairflow")
    settings, db, services = program.settings, program.db, program.services

    numbers = Numbers()

    def counts(actor: Actor) -> Mapping[str, int]:
        with db.read() as tx:
            turn, unread = numbers.of(tx, services.law, actor)
        return {"desk.queue": turn, "portal.cases": turn, "portal.inbox": unread, "inbox.inbox": unread}

    def warned(actor: Actor) -> list[tuple[str, str]]:
        pages = {**WARNING_PAGES, "clock": "oversight.ask_clock"} if actor.has_role("supervisor") else WARNING_PAGES
        with db.read() as tx:
            return [(one.text, pages[one.code]) for one in warnings(tx, services.law.calendar, times.now())]

    make_frame(app, Site(settings, db, services, standby_of(settings)), counts, warned)
    for one in (
        portal.blueprint,
        files.blueprint,
        papers.blueprint,
        staff.blueprint,
        api.blueprint,
        oversight.blueprint,
        audit.blueprint,
        admin.blueprint,
        staff_inbox.blueprint,
        preferences,
        public.blueprint,
        exchange.blueprint,
    ):
        app.register_blueprint(one)
    access.check(app)
    return app


def standby_of(settings: Settings) -> Standby | None:
    """Return the standby that answers auditors and reports, where the settings name one; no connection is made yet."""
    if not settings.database_replica_url:
        return None
    return Standby(Database(settings.database_replica_url, replace(hasty(settings), pooled=False)))


def create(demo: bool = False) -> Flask:
    """Return the web application of this node's settings: what a WSGI server loads. `demo` opens the demonstration's entry.

    It holds no connection yet: the server may make several processes of it, and each must open its own.
    """
    settings = settings_module.load(demo=demo)
    program = Program.at(settings, limits=hasty(settings))
    if settings.database_subject_role:
        with program.db.read() as tx:
            bound_reading.demand(tx, settings.database_subject_role)
    app = make_app(program)
    wake_workers(program)
    program.db.dispose()
    return app
