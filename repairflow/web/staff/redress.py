"""消除不良影响: annulled records, who was told that they were wrong, and what came back."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import redress as queries
from repairflow.web.core import arguments
from repairflow.web.core.context import current

STATES = {"done": "已回执", "waiting": "待回执", "leased": "待回执", "dead": "未送达", "waived": "已取消推送"}


def redress() -> str:
    """Show one page of those of the visitor's offices."""
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        page = queries.of_offices(tx, here.actor, after)
        receipts = queries.receipts(tx, page.rows)
    return render_template("desk/redress.html", page=page, after=after, receipts=receipts, states=STATES)
