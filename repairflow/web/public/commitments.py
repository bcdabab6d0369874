"""信用承诺公示: what organisations promised, and what became of it, for everybody."""

from __future__ import annotations

from flask import render_template, url_for

from repairflow.casework.queries.records import commitments as queries
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def commitments() -> str:
    """Show one page of the public commitments, of subjects that a search finds."""
    here, text, after = current(), arguments.text("q"), arguments.text("after")
    with here.read() as tx:
        page = queries.public(tx, here.law, here.today, text, after)
    return render_template(
        "public/commitments.html", rows=page.rows, text=text, after=after,
        next=url_for("public.commitments", q=text or None, after=page.next) if page.next else None,
    )  # fmt: skip


def commitment(number: str) -> str:
    """Show one public commitment."""
    here = current()
    with here.read() as tx:
        found = queries.one(tx, here.law, here.today, number)
    return render_template("public/commitment.html", one=found)
