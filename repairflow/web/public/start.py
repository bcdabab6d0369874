"""The first page for citizens (公众服务): what one can look up and do without an account; and what search engines may list."""

from __future__ import annotations

from flask import Response, render_template, url_for

from repairflow.casework.queries.people.contacts import contacts
from repairflow.web.core.context import current

CLOSED = (
    "/verify/", "/report/", "/credit?", "/credit/", "/embed/", "/kiosk", "/login",
    "/enter/", "/my/", "/desk/", "/admin/", "/audit/", "/api/",
    "/oversight/", "/inbox/", "/account/", "/papers/",
)  # fmt: skip
"""Beginnings of addresses that name a person or a letter, or need an account."""


def start() -> str:
    """Show it."""
    with current().read() as tx:
        found = contacts(tx)
    return render_template("public/start.html", contacts=[one for one in found if one.supervises] or found)


def robots() -> Response:
    """Return what programs may walk (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Allow: {url_for('public.start')}"]
    answer = Response("\n".join(lines) + "\n", mimetype="text/plain")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer
