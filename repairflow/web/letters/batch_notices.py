"""批量制发: the 告知书 that are missing, each with its preview, issued together; every letter has its own result."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from repairflow.casework.changes import IssueNotice
from repairflow.casework.documents import publication_notice
from repairflow.casework.queries.audit import findings
from repairflow.casework.queries.documents import letters as letter_queries
from repairflow.errors import Invalid, RepairFlowError
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

MOST = 50
"""Letters of one press: their tokens still fit the address of the page of results."""


def batch() -> str:
    """Show the notices that are missing."""
    here = current()
    actor = here.actor
    with here.read() as tx:
        missing = findings.missing(tx, actor)
        rows = findings.without_informed(tx, actor, size=MOST) if missing else ()
    mine = {office_id for _, office_id in actor.roles}
    return render_template("papers/batch.html", rows=rows, missing=missing, most=MOST, mine=mine)


def batch_preview(number: str) -> str:
    """Show one of them as it would be issued."""
    here = current()
    with here.read() as tx:
        text = publication_notice.preview(tx, here.services, here.actor, number, here.now)
    return render_template("papers/preview.html", text=text, number=number)


def issue_batch() -> Answer:
    """Issue the chosen ones, each in a transaction of its own."""
    here = current()
    numbers = list(dict.fromkeys(request.form.getlist("record")))
    if not numbers:
        flash("请先选择要制发告知书的信息。", "warning")
        return redirect(url_for("papers.batch"), 303)
    if len(numbers) > MOST:
        raise Invalid(f"一次最多制发 {MOST} 份。")
    made = []
    for number in numbers:  # one transaction each: a letter that fails harms no other
        try:
            made.append(change(IssueNotice(here.actor, number)).token)
        except RepairFlowError as error:
            flash(f"{number}：{error}", "error")
    return redirect(url_for("papers.batch_results", token=made), 303)


def batch_results() -> str:
    """Show how far the files of the issued ones are."""
    here = current()
    tokens = arguments.texts("token", count=MOST)
    with here.read() as tx:
        rows = letter_queries.issued(tx, here.actor, publication_notice.KIND, tokens)
    done = sum(row.pressed_at is not None for row in rows)
    stuck = sum(row.pressed_at is None and row.press_error is not None for row in rows)
    return render_template("papers/results.html", rows=rows, done=done, stuck=stuck)
