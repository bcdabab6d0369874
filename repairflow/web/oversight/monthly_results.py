"""每月成效清单: what partners carried out in a month, in the five fields of the list; to look at and to take away."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, render_template

from repairflow import plain, times
from repairflow.casework.queries.oversight import monthly_results
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.context import current
from repairflow.web.ui.csv import as_csv

HEADING = ("执行主体", "措施", "部门", "时间", "事项")


def results() -> str:
    """Show the list of one month."""
    here = current()
    first, this = _month(), here.today.replace(day=1)
    with here.read() as tx:
        rows = monthly_results.monthly_results(tx, here.law, here.actor, first.year, first.month)
        return render_template(
            "oversight/results.html",
            rows=rows[: monthly_results.SHOWN],
            count=len(rows),
            heading=HEADING,
            first=first,
            this=this,
            before=first - timedelta(days=1),
            after=_following(first) if first < this else None,
            standing=push_queries.standing(tx, here.services.pulse, here.actor, here.now),
        )


def results_list() -> Response:
    """Give the same list as a CSV file."""
    here = current()
    first = _month()
    with here.read() as tx:
        found = monthly_results.monthly_results(tx, here.law, here.actor, first.year, first.month)
    rows = [(one.carried_out_by, one.measure, one.department, one.day, one.matter) for one in found]
    return as_csv(f"联合惩戒成效清单-{first:%Y-%m}.csv", HEADING, rows)


def _month() -> date:
    """Give the first day of the month in the address (2026-06), of this month where there is none. Raises Invalid."""
    text = arguments.text("month")
    if not text:
        return times.today().replace(day=1)
    try:
        found = plain.day(f"{text}-01")
    except ValueError:
        raise Invalid("月份应写成“2026-06”这样的形式，请重新选择。") from None
    if found.year < 2000 or found > times.today():
        raise Invalid("只能查看本月和以前各月，请重新选择。")
    return found


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
