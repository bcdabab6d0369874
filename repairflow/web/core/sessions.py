"""Who is here: server-side session rows behind flask-login, and bearer tokens for programs.

The cookie holds 256 random bits and nothing else; the row holds their SHA-256 and can be ended. A session ends when it has been
idle for `session_idle_minutes`, after `session_hours`, on logout, or when its person is no longer active. Idle time is counted from
`seen_at`, which is written at most once a minute and only by unsafe requests (`/alive`, sent by rf.js while somebody is
there, is one): reading a page never writes. A request with an Authorization header is judged by it alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask, Request, Response, g, request, session
from flask_login import LoginManager, current_user
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.admin import tokens, web_sessions
from repairflow.casework.admin.credentials import digest_of
from repairflow.db import Database
from repairflow.errors import Unauthenticated
from repairflow.settings import Settings
from repairflow.web.core.concurrency import UNATTENDED

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Where somebody who has yet to give the second factor may go.
BEFORE_SECOND_FACTOR = frozenset({"login.code", "login.leave", "account.second_factor", "account.bind"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is here, through a session row (`session_id`) or a bearer token (None)."""

    actor: Actor
    session_id: int | None
    csrf_secret: str = field(repr=False)
    second_factor: bool

    # What flask-login asks of a user; it never looks anybody up by this id.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the person's id, as text."""
        return str(self.actor.id)


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and https; browsers refuse the prefix on plain http."""
    return "__Host-repairflow" if settings.secure else "repairflow"


def start(tx: Connection, settings: Settings, person_id: int, address: str | None, *, second_factor: bool) -> str:
    """Ensure that a session row exists for the person; the token for its cookie, kept nowhere else."""
    token, now = secrets.token_urlsafe(32), times.now()
    lasts = timedelta(hours=settings.session_hours)
    web_sessions.begin(tx, person_id, digest_of(token), address, lasts=lasts, second_factor=second_factor, now=now)
    return token


def put_cookie(response: Response, settings: Settings, token: str) -> Response:
    """Return the response carries the session cookie; it lives no longer than the browser or the row."""
    session.clear()  # a fixed pre-login CSRF token must not survive
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="Lax",  # Strict would drop it on the way back from a single sign-on
    )
    return response


def drop_cookie(response: Response, settings: Settings) -> Response:
    """Return the response takes the session cookie away."""
    session.clear()
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


def current_actor() -> Actor:
    """Return the actor of this request; Unauthenticated when nobody is signed in."""
    actor = signed_in_actor()
    if actor is None:
        raise Unauthenticated
    return actor


def signed_in_actor() -> Actor | None:
    """Return the actor of this request, or None."""
    here = signed_in()
    return here.actor if here else None


def signed_in() -> SignedIn | None:
    """Return who is here and by which session, or None."""
    return current_user if isinstance(current_user, SignedIn) else None


def require_second_factor(endpoint: str) -> None:
    """Raise Unauthenticated (the login's second page follows) while staff owe the second factor."""
    here = signed_in()
    if here and not here.second_factor and endpoint not in BEFORE_SECOND_FACTOR:
        g.wants_code = True
        raise Unauthenticated("请先输入动态口令，完成第二步验证。")


def install(app: Flask, settings: Settings, db: Database) -> None:
    """Ensure that every request of `app` knows who is here, and unsafe ones keep their session awake."""
    manager = LoginManager(app)
    manager.session_protection = None  # its cookie is not used; ours is a random key to a row

    def load(req: Request) -> SignedIn | None:
        if "Authorization" in req.headers:
            kind, _, token = req.headers["Authorization"].partition(" ")
            with db.read() as tx:
                return _by_token(tx, token.strip()) if kind.lower() == "bearer" else None
        cookie = req.cookies.get(cookie_name(settings))
        if not cookie:
            return None
        with db.read() as tx:
            return _by_cookie(tx, settings, cookie)

    manager.request_loader(load)

    @app.before_request
    def bind_forms() -> None:
        if request.endpoint in UNATTENDED:
            return  # the same for everybody
        here = signed_in()
        if here is not None and here.session_id is not None and session.get("csrf_token") != here.csrf_secret:
            session["csrf_token"] = here.csrf_secret  # forms are bound to this session row, not to the browser


def install_touch(app: Flask, db: Database) -> None:
    """Ensure that an unsafe request which was let in keeps its session awake."""

    @app.before_request
    def stay_awake() -> None:
        if request.method in SAFE_METHODS:
            return
        here = signed_in()
        if here is not None and here.session_id is not None:
            with db.begin() as tx:
                web_sessions.touch(tx, here.session_id, times.now())


def _by_cookie(tx: Connection, settings: Settings, token: str) -> SignedIn | None:
    idle = timedelta(minutes=settings.session_idle_minutes)
    row = web_sessions.alive(tx, digest_of(token), idle=idle, now=times.now())
    if row is None:
        return None
    actor = actor_of(tx, row.person_id, times.today())
    required = settings.require_second_factor or row.bound
    owed = required and actor.kind == "staff" and row.second_factor_at is None
    secret = hmac.new(settings.secret_key.encode(), b"csrf:" + token.encode(), hashlib.sha256).hexdigest()
    return SignedIn(actor, row.id, secret, not owed)


def _by_token(tx: Connection, token: str) -> SignedIn | None:
    person_id = tokens.holder(tx, digest_of(token), times.now())
    if person_id is None:
        return None
    return SignedIn(actor_of(tx, person_id, times.today()), None, "", second_factor=True)
