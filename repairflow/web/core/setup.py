"""Everything a page of RepairFlow stands in, applied to a Flask application in the one right order."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemLoader, StrictUndefined

from repairflow.settings import asset
from repairflow.web.account.blueprint import account
from repairflow.web.core import (
    access,
    access_audit,
    access_log,
    arguments,
    compression,
    concurrency,
    context,
    errors,
    login,
    security,
    sessions,
)
from repairflow.web.demo import entry, showcase
from repairflow.web.ui import filters, navigation

STATIC = Path(__file__).parent.parent / "static"


def make_frame(
    app: Flask,
    site: context.Site,
    counts: navigation.Counts | None = None,
    warnings: navigation.Warnings | None = None,
) -> None:
    """Ensure that `app` has templates, static files, headers, sessions, policies, CSRF, error pages, entry and login.

    Register the other blueprints next, then call `access.check(app)`: it refuses to start with a route nobody guards.
    `counts` gives the numbers in the navigation, `warnings` what stands above every page of staff.
    """
    settings, db = site.settings, site.db
    security.configure(app, settings)
    app.static_folder = str(STATIC)
    app.jinja_loader = FileSystemLoader(asset("templates"))
    # Letters and plain texts are templates too: a value is escaped whatever the file is called.
    app.jinja_options = {**app.jinja_options, "autoescape": True, "undefined": StrictUndefined}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    filters.install(app)
    # The order of what happens before a view: its line in the log, a place, a name, what it brings, who is here, may they,
    # is the form theirs, and what its view works with.
    access_log.install(app, settings)
    access_audit.install(app, settings)
    concurrency.install(app, settings)
    security.install_headers(app, settings)
    compression.install(app)
    arguments.install(app)
    sessions.install(app, settings, db)
    access.install(app)
    security.install_csrf(app)
    sessions.install_touch(app, db)
    context.install(app, site)
    errors.install(app)
    navigation.install(app, settings, db, counts, warnings)
    app.register_blueprint(entry.blueprint)
    app.register_blueprint(login.blueprint)
    app.register_blueprint(account)
    if settings.demo:
        app.register_blueprint(showcase.blueprint)
