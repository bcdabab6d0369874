"""处罚决定信息撤回说明: which published penalties were changed or annulled, and why, for everybody (行政处罚法 48)."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import withdrawal_statements
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def withdrawals() -> str:
    """Show one page of the statements."""
    after = arguments.text("after")
    with current().read() as tx:
        page = withdrawal_statements.public(tx, after)
    return render_template("public/withdrawals.html", page=page, after=after)
