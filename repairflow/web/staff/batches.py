"""Batches (批量办理): choose cases in the queue, choose the step, look at what stands against it, then let it be done."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Connection

from repairflow.casework.changes import BeginBatch, DropBatch, ResumeBatch, StartBatch, StopBatch
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.queries.cases import batches as queries
from repairflow.casework.queries.cases.batches import Group
from repairflow.errors import Invalid
from repairflow.web.core import arguments, form_ids
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv

ON_A_PAGE = 100
STATES = {
    "waiting": "待核对",
    "open": "可以办理",
    "excepted": "不能办理",
    "left_out": "没有勾选",
    "done": "已办理",
    "refused": "没有办理",
}


def choose() -> str:
    """Show what may be done in the chosen cases (`case`), or in all of a procedure's in a state (`procedure`, `state`)."""
    here = current()
    with here.read() as tx:
        numbers = arguments.texts("case", count=ON_A_PAGE)
        whole = arguments.text("procedure"), arguments.text("state")
        if all(whole):
            numbers = list(queries.numbers_waiting(tx, here.services, here.actor, *whole, own=arguments.flag("own")))
        groups = queries.groups(tx, here.services, here.actor, numbers, here.now)
        more = {} if all(whole) else {(g.procedure, g.state): _waiting(tx, here, g) for g in groups}
    shown = [
        {
            "group": group,
            "actions": _actions(group, whole if all(whole) else None),
            "more": more.get((group.procedure, group.state), 0),
        }
        for group in groups
    ]
    return render_template("desk/batch_choose.html", groups=shown)


def begin_batch() -> Answer:
    """Let each chosen case be looked at; nothing is done before it is confirmed."""
    here, form = current(), request.form
    numbers = [number for given in form.getlist("cases") for number in given.split()]
    if form.get("procedure") and form.get("state"):
        whole = form["procedure"], form["state"]
        with here.read() as tx:
            numbers = list(queries.numbers_waiting(tx, here.services, here.actor, *whole, own=form.get("own") == "1"))
    wanted = BeginBatch(
        here.actor, form.get("action", ""), tuple(numbers), form.get("reason", ""), form.get("ground", ""), UNCLAIMED
    )
    try:
        token = change(wanted, form_ids.sent(Entry.DESK))
    except Invalid as error:
        flash(error.message, "warning")
        return redirect(url_for("desk.queue"), 303)
    return redirect(url_for("desk.batch", token=token), 303)


def batches() -> str:
    """Show the visitor's batches."""
    here = current()
    with here.read() as tx:
        return render_template("desk/batches.html", rows=queries.own(tx, here.actor))


def batch(token: str) -> str:
    """Show a batch: what stands against it, how far it is, what became of each case."""
    here = current()
    with here.read() as tx:
        view, lines = queries.view(tx, here.actor, token), queries.lines(tx, here.actor, token)
    return render_template("desk/batch.html", view=view, row=view.row, lines=lines, states=STATES)


def batch_progress(token: str) -> Answer:
    """Show how far a batch is; the whole page anew when it is no longer at work."""
    here = current()
    with here.read() as tx:
        view = queries.view(tx, here.actor, token)
    answer = make_response(render_template("desk/batch_progress.html", view=view, row=view.row))
    if not view.working:
        answer.headers["HX-Refresh"] = "true"
    return answer


def batch_results(token: str) -> Response:
    """Give every case of a batch with what became of it, as a table."""
    here = current()
    with here.read() as tx:
        lines = queries.lines(tx, here.actor, token, most=None)
    rows = [(line.number, line.subject, STATES[line.state], line.message or "") for line in lines]
    return as_csv(f"批量办理-{token[:6]}.csv", ("办件编号", "信用主体", "结果", "说明"), rows)


def start_batch(token: str) -> Answer:
    """Take the step in every case that is still ticked; of those that the page did not list, in every one."""
    form, ticked = request.form, set(request.form.getlist("take"))
    without = tuple(number for number in form.getlist("listed") if number not in ticked)
    try:
        begun = change(StartBatch(current().actor, token, without, form.get("why", "")))
    except Invalid as error:
        flash("；".join(one.text for one in error.problems) or error.message, "warning")
        return _back(token)
    if not begun:
        flash("这一批已经开始或者已经放弃，没有重复办理。", "warning")
    return _back(token)


def drop_batch(token: str) -> Answer:
    """Give the batch up."""
    if change(DropBatch(current().actor, token)):
        flash("已放弃，没有办理任何一件。", "success")
        return redirect(url_for("desk.queue"), 303)
    return _back(token)


def stop_batch(token: str) -> Answer:
    """Stop the batch."""
    if not change(StopBatch(current().actor, token)):
        flash("处理已经结束，没有需要停止的。", "warning")
    return _back(token)


def resume_batch(token: str) -> Answer:
    """Go on with a batch."""
    if not change(ResumeBatch(current().actor, token)):
        flash("这一批不需要继续。", "warning")
    return _back(token)


def _back(token: str) -> Answer:
    return redirect(url_for("desk.batch", token=token), 303)


def _waiting(tx: Connection, here: RequestContext, group: Group) -> int:
    """Return how many cases wait for the visitor in the state of a group; nought when they are all chosen."""
    found = len(queries.numbers_waiting(tx, here.services, here.actor, group.procedure, group.state, own=False))
    return found if found > len(group.numbers) else 0


def _actions(group: Group, whole: tuple[str, str] | None) -> list[dict[str, object]]:
    """Return the steps of a group in the shape the panel of actions asks for."""
    fields = Markup(  # noqa: S704 - a rendered template, escaped
        render_template("desk/batch_cases.html", group=group, whole=whole, own=arguments.flag("own"))
    )
    return [
        {
            "code": f"{group.state}-{step.name}",
            "label": step.label,
            "who": "、".join(step.roles),
            "url": url_for("desk.begin_batch"),
            "allowed": True,
            "grounds": [(code, ground.label) for code, ground in step.grounds.items()],
            "reason": "required" if step.reason or step.irrevocable else "optional",
            "explain": "先逐件核对，列出不能办理的，您确认后才办理。",
            "more": fields + Markup('<input type="hidden" name="action" value="{}">').format(step.name),
        }
        for step in group.steps
    ]
