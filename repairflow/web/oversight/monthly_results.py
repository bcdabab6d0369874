"""每月成效清单: what partners carried out in a month, in the five fields of the list; to look at and to take away."""

from __future__ import annotations

from flask import Response, render_template

from repairflow.casework.queries.oversight import monthly_results
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.web.core.context import current
from repairflow.web.ui import months
from repairflow.web.ui.csv import as_csv

HEADING = ("执行主体", "措施", "部门", "时间", "事项")


def results() -> str:
    """Show the list of one month."""
    here = current()
    first, this = months.asked(), here.today.replace(day=1)
    with here.read() as tx:
        rows = monthly_results.monthly_results(tx, here.law, here.actor, first.year, first.month)
        return render_template(
            "oversight/results.html",
            rows=rows[: monthly_results.SHOWN],
            count=len(rows),
            heading=HEADING,
            first=first,
            this=this,
            before=months.before(first),
            after=months.following(first) if first < this else None,
            standing=push_queries.standing(tx, here.services.pulse, here.actor, here.now),
        )


def results_list() -> Response:
    """Give the same list as a CSV file."""
    here = current()
    first = months.asked()
    with here.read() as tx:
        found = monthly_results.monthly_results(tx, here.law, here.actor, first.year, first.month)
    rows = [(one.carried_out_by, one.measure, one.department, one.day, one.matter) for one in found]
    return as_csv(f"联合惩戒成效清单-{first:%Y-%m}.csv", HEADING, rows)
