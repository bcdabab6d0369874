"""行政许可等信息公示: acts beside penalties, for everybody."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import acts as queries
from repairflow.law.acts import KINDS
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def acts() -> str:
    """Show one page of the public acts, of subjects that a search finds."""
    here, text, after, kind = current(), arguments.text("q"), arguments.text("after"), arguments.text("kind")
    kind = kind if kind in KINDS else ""
    with here.read() as tx:
        page = queries.public(tx, text, kind, after)
    return render_template("public/acts.html", page=page, text=text, kind=kind, kinds=KINDS, after=after)


def act(number: str) -> str:
    """Show one public act."""
    here = current()
    with here.read() as tx:
        found = queries.one(tx, number)
    return render_template("public/act.html", one=found, kinds=KINDS)
