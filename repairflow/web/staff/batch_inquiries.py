"""批量查询: thousands of organisations asked about at once, answered in the background; progress, stop, go on, and the file of answers."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.changes import BeginInquiry, ResumeInquiry, StopInquiry
from repairflow.casework.queries.records import inquiry_results as results
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask
from repairflow.web.core.routes import Answer
from repairflow.web.shared import inquiry_files as files
from repairflow.web.staff.credit_inquiry import codes_asked, page


def inquiries() -> str:
    """Show the visitor's runs."""
    here = current()
    with here.read() as tx:
        return render_template("desk/inquiries.html", rows=results.own(tx, here.actor))


def begin_inquiry() -> Answer:
    """Have it answered in the background, or show the form with what is wrong."""
    actor = ask(current())
    typed = {name: request.form.get(name, "") for name in ("purpose", "codes")}
    try:
        token = change(BeginInquiry(actor, typed["purpose"], codes_asked(typed["codes"])))
    except Invalid as error:
        return make_response(page(typed, problems=error.problems), 422)
    return redirect(url_for("desk.inquiry", token=token), 303)


def inquiry(token: str) -> str:
    """Show how far a run is."""
    here = current()
    with here.read() as tx:
        run = results.one(tx, here.actor, token)
    return render_template("desk/inquiry.html", run=run, row=run.row)


def inquiry_progress(token: str) -> Answer:
    """Show how far a run is; the whole page anew when it is no longer at work."""
    here = current()
    with here.read() as tx:
        run = results.one(tx, here.actor, token)
    answer = make_response(render_template("desk/inquiry_progress.html", run=run, row=run.row))
    if not run.working:
        answer.headers["HX-Refresh"] = "true"
    return answer


def inquiry_table(token: str) -> Answer:
    """Give every answered row as a table."""
    here = current()
    with here.read() as tx:
        row = results.one(tx, here.actor, token).row
        return files.answers_csv(f"批量查询-{token[:6]}", results.answers(tx, row.id))


def inquiry_json(token: str) -> Answer:
    """Give every answered row as JSON."""
    here = current()
    with here.read() as tx:
        row = results.one(tx, here.actor, token).row
        return files.answers_json(f"批量查询-{token[:6]}", row, results.answers(tx, row.id))


def stop_inquiry(token: str) -> Answer:
    """Stop a run."""
    if not change(StopInquiry(current().actor, token)):
        flash("查询已经结束，没有需要停止的。", "warning")
    return redirect(url_for("desk.inquiry", token=token), 303)


def resume_inquiry(token: str) -> Answer:
    """Go on with a run."""
    if not change(ResumeInquiry(current().actor, token)):
        flash("这次查询不需要继续。", "warning")
    return redirect(url_for("desk.inquiry", token=token), 303)
