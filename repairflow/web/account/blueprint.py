"""The pages of one's own account: every address, its view and who may use it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.account import device, forgotten, home, links, notifications
from repairflow.web.core.access import ANY_STAFF, PUBLIC, SIGNED_IN
from repairflow.web.core.routes import GET, POST, Route, register

ACCOUNT = (
    Route("/", GET, home.home, SIGNED_IN),
    Route("/password", POST, home.change_password, SIGNED_IN),
    Route("/tokens/<int:token_id>/end", POST, home.end_token, SIGNED_IN),
    Route("/forgotten", GET, forgotten.forgotten, PUBLIC),
    Route("/forgotten", POST, forgotten.ask, PUBLIC),
    Route("/password/<token>", GET, links.open_link, PUBLIC),
    Route("/password/<token>", POST, links.set_password, PUBLIC),
    Route("/second-factor/reset/<token>", GET, links.open_reset, PUBLIC),
    Route("/second-factor/reset/<token>", POST, links.reset, PUBLIC),
    Route("/second-factor", GET, device.begin, ANY_STAFF, "second_factor"),
    Route("/second-factor", POST, device.bind, ANY_STAFF),
    Route("/second-factor/release", POST, device.release, ANY_STAFF),
)
PREFERENCES = (
    Route("/preferences", GET, notifications.preferences, SIGNED_IN),
    Route("/preferences", POST, notifications.save, SIGNED_IN),
    Route("/preferences/calendar", POST, notifications.open_feed, SIGNED_IN),
    Route("/preferences/calendar/close", POST, notifications.close_feed, SIGNED_IN),
    Route("/calendar/<token>.ics", GET, notifications.feed, PUBLIC),
)
account = register(Blueprint("account", __name__, url_prefix="/account"), ACCOUNT)
preferences = register(Blueprint("preferences", __name__), PREFERENCES)
"""Calendars are open to everybody who holds their address."""
