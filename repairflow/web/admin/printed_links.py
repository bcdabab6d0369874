"""通知单: links that no channel can carry, printed by another administrator than the one who had them made."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import credential_links, permissions
from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access, sessions


def install(door: Blueprint, settings: Settings, db: Database, vault: Vault) -> None:
    """Afterwards `door` has `sheets` and `release`."""

    @door.get("/sheets", endpoint="sheets")
    @access.access(*permissions.ADMINISTRATORS)
    def waiting() -> str:
        with db.read() as tx:
            found = credential_links.waiting(tx, sessions.current_actor(), times.now())
        return render_template("admin/sheets.html", found=found, opens=credential_links.OPENS)

    @door.post("/sheets/<int:link_id>")
    @access.access(*permissions.ADMINISTRATORS)
    def release(link_id: int) -> AnyResponse:
        """The sheet is the answer itself: no address shows it again."""
        with db.begin() as tx:
            sheet = credential_links.release(tx, vault, sessions.current_actor(), link_id, times.now())
        where = f"{settings.public_url.rstrip('/')}{sheet.path}"
        return make_response(
            render_template("admin/sheet.html", sheet=sheet, where=where, opens=credential_links.OPENS[sheet.opens])
        )
