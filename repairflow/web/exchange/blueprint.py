"""Where other platforms send: every address and its view. Who sends is told by a signature, not by a session."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.access import PUBLIC
from repairflow.web.core.routes import GET, POST, Route, register
from repairflow.web.exchange import inbound

ROUTES = (
    Route("/<code>/messages", POST, inbound.take_message, PUBLIC),
    Route("/<code>/messages/<serial>", GET, inbound.message_status, PUBLIC),
    Route("/<code>/messages/<serial>/letters/<token>.pdf", GET, inbound.message_letter, PUBLIC),
)
blueprint = register(Blueprint("inbound", __name__, url_prefix="/inbound"), ROUTES)
