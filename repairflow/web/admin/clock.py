"""The clock: after a jump a person confirms that it is right, and deadlines that were held go on.

Supervisors, who answer for the deadlines, have a page of their own for it.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework import clock_guard
from repairflow.casework.changes import ConfirmClock
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


def clock() -> str:
    """Show the time of this machine and what waits for its confirmation."""
    here = current()
    now = here.now
    with here.read() as tx:
        return render_template(
            "admin/clock.html",
            now=now,
            clock=clock_guard.read_clock(tx, now),
            waits=clock_guard.holding(tx, now),
            waiting=clock_guard.waiting(tx),
        )


def confirm_clock() -> AnyResponse:
    """Note that the time is right."""
    freed = change(ConfirmClock(current().actor))
    if freed is not None:
        flash(f"已确认系统时间，{freed} 个到期事项继续处理，已记入留痕。", "success")
    else:
        flash("系统时间没有等待确认，没有改动。", "info")
    return redirect(url_for("admin.clock"), 303)
