"""通知单: links that no channel can carry, printed by another administrator than the one who had them made."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import credential_links
from repairflow.casework.changes import ReleaseLink
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


def waiting() -> str:
    """Show the links that wait to be printed."""
    here = current()
    with here.read() as tx:
        found = credential_links.waiting(tx, here.actor, times.now())
    return render_template("admin/sheets.html", found=found, opens=credential_links.OPENS)


def release(link_id: int) -> AnyResponse:
    """Release a link and answer with its sheet; no address shows it again."""
    here = current()
    sheet = change(ReleaseLink(here.actor, link_id))
    where = f"{here.settings.public_url.rstrip('/')}{sheet.path}"
    return make_response(
        render_template("admin/sheet.html", sheet=sheet, where=where, opens=credential_links.OPENS[sheet.opens])
    )
