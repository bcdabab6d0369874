"""统计: what is late and whose, where open cases stand, how the closed ones went."""

from __future__ import annotations

from flask import Response, render_template

from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.oversight import statistics as figures
from repairflow.web.core.context import current
from repairflow.web.ui.csv import as_csv


def statistics() -> str:
    """Show the figures of today."""
    here = current()
    actor, law, now, today = here.actor, here.law, here.now, here.today
    with here.read() as tx:
        late = figures.late(tx, law, actor, today, figures.SHOWN)
        owners = figures.late_by_owner(tx, law, actor, today)
        return render_template(
            "oversight/statistics.html",
            today=today,
            late=late,
            owners=owners,
            late_count=sum(one.count for one in owners),
            states=figures.open_by_state(tx, law, actor),
            closed=figures.closed(tx, law, actor, today),
            month=figures.month(tx, actor, today.replace(day=1)),
            standing=push_queries.standing(tx, here.services.pulse, actor, now),
            may_confirm=actor.has_role("supervisor"),
        )


def late_list() -> Response:
    """Give what is late as a CSV file."""
    here = current()
    today = here.today
    with here.read() as tx:
        late = figures.late(tx, here.law, here.actor, today)
    heading = ("办件编号", "信用主体", "程序", "期限", "责任单位", "责任岗位", "届满日", "逾期工作日")
    rows = [(o.number, o.subject, o.procedure, o.clock, o.office, o.role, o.due_day, o.days) for o in late]
    return as_csv(f"逾期清单-{today}.csv", heading, rows)
