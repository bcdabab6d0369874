"""Tells what staff were shown of a case, a subject or a file, and who signed in or failed to (`repairflow.access_audit_files`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import structlog
from flask import Flask, Response, request

from repairflow import access_audit_files, times
from repairflow.casework.actor import Actor
from repairflow.settings import Settings
from repairflow.web.core.sessions import signed_in_actor

BLUEPRINTS = frozenset({"desk", "audit", "api", "letters", "files", "papers", "oversight"})
EXPORTS = frozenset({"text/csv", "application/zip"})
MATERIAL = "files.material"
LONGEST = 80
log = structlog.get_logger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Ensure that each page about a case, subject, record or file that staff were shown is told, and each table they took."""

    @app.after_request
    def note(response: Response) -> Response:
        line = _view(response)
        if line is not None:
            tell(settings, "view", line)
        return response


def tell(settings: Settings, kind: str, said: Mapping[str, object]) -> None:
    """Ensure that it is on its way into the trail. A disk that takes nothing keeps nobody from work: the log of the program
    says what was not kept."""
    at = times.now().isoformat(timespec="seconds")
    try:
        access_audit_files.append(settings.home, {"kind": kind, "at": at, **said})
    except OSError as error:
        log.error("not kept for the trail", kind=kind, reason=str(error))


def signed_in(settings: Settings, person: int, name: str) -> None:
    """Somebody proved who they are."""
    tell(settings, "sign_in", {"person": person, "name": name, "address": request.remote_addr or ""})


def failed(settings: Settings, login: str) -> None:
    """Somebody did not."""
    said = {"login": login.strip()[:LONGEST], "address": request.remote_addr or ""}
    tell(settings, "sign_in_failed", said)


def material_shown(settings: Settings, by: Actor, token: str) -> None:
    """Note that a member of staff was shown a page of a material beside its case: as if the file had been taken."""
    said = {"person": by.id, "name": by.name, "page": MATERIAL, "of": _shown("token", token)}
    tell(settings, "view", said)


def _view(response: Response) -> dict[str, object] | None:
    """Return what was shown: an answer with a number, code or token in its address, or a table taken away."""
    if request.method != "GET" or response.status_code != 200 or request.blueprint not in BLUEPRINTS:
        return None
    given = request.view_args or {}
    actor = signed_in_actor() if given or response.mimetype in EXPORTS else None
    if actor is None or actor.kind != "staff":
        return None
    of = " ".join(_shown(name, value) for name, value in sorted(given.items()))
    return {"person": actor.id, "name": actor.name, "page": request.endpoint, "of": of[:LONGEST]}


def _shown(name: str, value: object) -> str:
    """Return a token opens what it names, so the trail keeps its digest alone."""
    if name == "token":
        return "token:" + hashlib.sha256(str(value).encode()).hexdigest()[:16]
    return str(value)
