"""Questions of other systems (批量查询), for those who see to the exchange: who asks, why, how far; stop and go on. No answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.cases.inquiry_runs import A_DAY, AT_ONCE
from repairflow.casework.changes import ResumeInquiry, StopInquiry
from repairflow.casework.queries.records import inquiry_results
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ASKS


def inquiries() -> str:
    """Show the newest runs of all accounts."""
    with current().read() as tx:
        rows = inquiry_results.everybodys(tx)
    return render_template("admin/inquiries.html", rows=rows, at_once=AT_ONCE, a_day=A_DAY, a_minute=ASKS)


def stop_inquiry(token: str) -> AnyResponse:
    """Stop a run."""
    done = change(StopInquiry(current().actor, token))
    flash(
        "已要求停止，手头的一段答复完即停。" if done else "查询已经结束，没有需要停止的。",
        "success" if done else "warning",
    )
    return redirect(url_for("admin.inquiries"), 303)


def resume_inquiry(token: str) -> AnyResponse:
    """Go on with a run."""
    done = change(ResumeInquiry(current().actor, token))
    flash("已继续。" if done else "这次查询不需要继续。", "success" if done else "warning")
    return redirect(url_for("admin.inquiries"), 303)
