"""What a browser is told to forbid, what a request may weigh, and the tokens that tie a form to its session.

The policy has no unsafe-*: no inline script or style anywhere, everything from this host. `data:` is for the small pictures in
Bootstrap's own style sheet. htmx needs neither eval nor inline style as base.html configures it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address
from uuid import uuid4

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from repairflow.settings import Settings
from repairflow.web.core import sessions

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{what} {where}" for what, where in SOURCES.items())
EMBEDDED_POLICY = "; ".join(
    f"{what} {where}" for what, where in {**SOURCES, "script-src": "'none'", "frame-ancestors": "*"}.items()
)
"""Of a page that may stand in pages of other sites: it runs nothing, sets nothing and knows nobody."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000; includeSubDomains"
MIB = 1 << 20
LOOPBACK = frozenset({"127.0.0.1", "::1"})
SIGNED = frozenset({"inbound.take_message"})
"""Endpoints whose requests bear their sender's signature over every byte: no browser makes one, and no session is asked."""
TABLES = ("/desk/imports", "/api/v1/imports")
"""Paths to which offices deliver tables, larger than any other file."""
PROXIES_SAY = frozenset({"Forwarded", "X-Real-Ip", "Via"})


def configure(app: Flask, settings: Settings) -> None:
    """Limits and cookie flags, before anything reads a request."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=(settings.max_upload_mib + 1) * MIB,  # a file of the full size and the form around it
        MAX_FORM_MEMORY_SIZE=MIB,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-repairflow-form" if settings.secure else "repairflow-form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, after the route's policy
        WTF_CSRF_SSL_STRICT=True,
        WTF_CSRF_TIME_LIMIT=settings.session_hours * 3600,
    )

    @app.before_request
    def admit_tables() -> None:
        if request.path in TABLES:  # before anything reads the form
            request.max_content_length = (settings.max_import_mib + 1) * MIB

    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # Flask's way


def install_csrf(app: Flask) -> CSRFProtect:
    """Ensure that every unsafe request needs a token, but one that carries a bearer token or its sender's
    signature: no browser adds those by itself."""
    csrf = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        if request.endpoint is None or request.method in sessions.SAFE_METHODS or request.endpoint in SIGNED:
            return
        here = sessions.signed_in()
        if here is not None and here.session_id is None:
            return
        csrf.protect()

    return csrf


def install_headers(app: Flask, settings: Settings) -> None:
    """Ensure that every answer carries the headers and the id of its request; pages are kept by no cache."""

    @app.before_request
    def name_request() -> None:
        request_id()

    @app.after_request
    def dress(response: Response) -> Response:
        framed = response.headers.get("Content-Security-Policy") == EMBEDDED_POLICY
        for name, value in HEADERS.items():
            if not (framed and name == "X-Frame-Options"):
                response.headers.setdefault(name, value)
        if settings.secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint == "static":
            if "v" in request.args:  # the address changes with the content
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers["X-Request-ID"] = request_id()
        return response


def embeddable(response: AnyResponse) -> AnyResponse:
    """Return the page, which may stand in pages of other sites. It must hold nothing of its visitor and change nothing."""
    response.headers["Content-Security-Policy"] = EMBEDDED_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def request_id() -> str:
    """Return the id of this request, also shown on error pages; 16 characters."""
    if "request_id" not in g:
        g.request_id = uuid4().hex[:16]
    found: str = g.request_id
    return found


def network() -> str:
    """Return where the request came from, as far as throttles and quotas tell senders apart: an IPv4 address, or the /64 of an IPv6
    address, of which one household or machine has all addresses; "" where nobody knows."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address.packed, 64), strict=False))


def from_this_machine() -> bool:
    """Tell whether the request came over loopback and no proxy stands in front: every visitor of a proxy looks local."""
    return request.remote_addr in LOOPBACK and not any(
        name.startswith("X-Forwarded-") or name in PROXIES_SAY for name, _ in request.headers
    )
