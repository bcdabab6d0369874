"""更正公告: records that were wrong, for everybody, as their subjects wish."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import redress
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def corrections() -> str:
    """Show one page of the public corrections."""
    after = arguments.text("after")
    with current().read() as tx:
        page = redress.public(tx, after)
    return render_template("public/corrections.html", page=page, after=after)
