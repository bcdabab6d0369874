"""办理统计: what was filed and decided in a month and whether in time, complaints, and measures that were carried out, for everybody."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.oversight import monthly_results, public_statistics
from repairflow.law.small_counts import LEAST
from repairflow.web.core.context import current
from repairflow.web.ui import months


def statistics() -> str:
    """Show the figures of one month."""
    here = current()
    first, this = months.asked(), here.today.replace(day=1)
    with here.read() as tx:
        found = public_statistics.figures(tx, here.law, first)
        results = monthly_results.published(tx, here.law, first)
    return render_template(
        "public/statistics.html", found=found, results=results, first=first, this=this, before=months.before(first),
        after=months.following(first) if first < this else None, today=here.today, least=LEAST,
    )  # fmt: skip
