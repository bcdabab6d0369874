"""典型案例: how trust was kept, broken and restored, told without names, for everybody."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import examples as queries
from repairflow.law.examples import KINDS
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def examples() -> str:
    """Show one page of them."""
    kind, after = arguments.text("kind"), arguments.text("after")
    kind = kind if kind in KINDS else ""
    with current().read() as tx:
        page = queries.public(tx, kind, after)
    return render_template("public/examples.html", page=page, kind=kind, after=after, kinds=KINDS)
