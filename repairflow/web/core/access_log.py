"""One line for each request, and what every line of a request carries: its id, and the case or record it is about.

The line names the route, never the address as it was asked for: addresses hold tokens and what people searched.
"""

from __future__ import annotations

from time import monotonic

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from repairflow.settings import Settings
from repairflow.web.core.security import request_id
from repairflow.web.core.sessions import SignedIn

LONGEST = 60
log = structlog.get_logger("repairflow.access")


def install(app: Flask, settings: Settings) -> None:
    """Ensure that lines carry the request's id and case; with `log_json` each request leaves one. Install before all others."""

    @app.before_request
    def begin() -> None:
        g.began = monotonic()
        clear_contextvars()
        bind_contextvars(request_id=request_id(), **_about())

    @app.after_request
    def note(response: Response) -> Response:
        if settings.log_json:
            here = g.get("_login_user")
            log.info(
                "request", method=request.method, route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code, ms=round((monotonic() - g.get("began", monotonic())) * 1000),
                person=here.actor.id if isinstance(here, SignedIn) else None, address=request.remote_addr,
            )  # fmt: skip
        return response

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        clear_contextvars()


def _about() -> dict[str, str]:
    """Return the number of the case or the record in the address."""
    given = request.view_args or {}
    number = given.get("number") or given.get("case")
    if not isinstance(number, str) or request.url_rule is None:
        return {}
    return {"case" if "cases/" in request.url_rule.rule else "record": number[:LONGEST]}
