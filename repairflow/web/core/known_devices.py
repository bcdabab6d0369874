"""Browsers in which somebody signed in fully before: they try with a budget of their own, so that nobody who guesses at an
account from elsewhere keeps its owner out. The cookie admits nobody to anything."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from repairflow.settings import Settings

LIVES = timedelta(days=180)
MOST = 5
"""Accounts remembered in one browser."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser: its own random name, and digests of the logins that were used in it, the last one first."""

    name: str
    logins: tuple[str, ...]


def proven(settings: Settings, login: str) -> str | None:
    """Return the name of this browser, if somebody signed in fully with this login in it; else None."""
    device = _read(settings)
    return device.name if device is not None and _digest(settings, login) in device.logins else None


def remember(response: Response, settings: Settings, login: str) -> Response:
    """Return the response makes this browser one in which the login was used."""
    device, mine = _read(settings) or Device(secrets.token_urlsafe(16), ()), _digest(settings, login)
    logins = (mine, *(one for one in device.logins if one != mine))[:MOST]
    response.set_cookie(
        _cookie(settings), _serializer(settings).dumps([device.name, *logins]), max_age=int(LIVES.total_seconds()),
        path="/", secure=settings.secure, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _read(settings: Settings) -> Device | None:
    try:
        name, *logins = _serializer(settings).loads(
            request.cookies.get(_cookie(settings), ""), max_age=int(LIVES.total_seconds())
        )
    except BadData:
        return None
    return Device(name, tuple(logins))


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key, salt="device")


def _digest(settings: Settings, login: str) -> str:
    spelled = login.strip().casefold()
    return hmac.new(settings.secret_key.encode(), f"login {spelled}".encode(), hashlib.sha256).hexdigest()[:32]


def _cookie(settings: Settings) -> str:
    return "__Host-repairflow-device" if settings.secure else "repairflow-device"
