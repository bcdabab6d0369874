"""更正公告: records that were wrong, for everybody, as their subjects wish."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import redress
from repairflow.web.core.context import current


def corrections() -> str:
    """Show the public corrections."""
    with current().read() as tx:
        rows = redress.public(tx)
    return render_template("public/corrections.html", rows=rows)
