"""Batches (批量办理): choose cases in the queue, choose the step, look at what stands against it, then let it be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Connection

from repairflow import plain
from repairflow.casework.cases import batch_acts
from repairflow.casework.cases.given_reason import LONGEST_REASON
from repairflow.casework.cases.options import Option
from repairflow.casework.changes import BeginBatch, DropBatch, ResumeBatch, StartBatch, StopBatch
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.queries.cases import batches as queries
from repairflow.casework.queries.cases.batches import Group
from repairflow.errors import Invalid, Problem
from repairflow.web.core import arguments, form_ids
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.forms import errors_from, wrong_of

ON_A_PAGE = 100
STATES = {
    "waiting": "待核对",
    "open": "可以办理",
    "excepted": "不能办理",
    "left_out": "没有勾选",
    "done": "已办理",
    "refused": "没有办理",
}


class Typed(NamedTuple):
    """A form of a step that was refused: which one, what was typed and ticked, and what is wrong."""

    code: str
    reason: str
    ground: str
    ticked: frozenset[str]
    problems: Sequence[Problem]


class Whole(NamedTuple):
    """All cases of a procedure in a state that wait for the visitor; with `own`, those nobody else sees to."""

    procedure: str
    state: str
    own: bool


def choose() -> str:
    """Show what may be done in the chosen cases (`case`), or in all of a procedure's in a state (`procedure`, `state`)."""
    whole = Whole(arguments.text("procedure"), arguments.text("state"), arguments.flag("own"))
    if whole.procedure and whole.state:
        return _choose([], whole, None)
    return _choose(arguments.texts("case", count=ON_A_PAGE), None, None)


def begin_batch() -> Answer:
    """Let each chosen case be looked at; nothing is done before it is confirmed. A form that cannot be taken is shown again."""
    here, form = current(), request.form
    numbers, whole = form.getlist("cases"), None
    if form.get("procedure") and form.get("state"):
        whole = Whole(form["procedure"], form["state"], form.get("own") == "1")
        with here.read() as tx:
            numbers = _waiting(tx, here, whole)
    wanted = BeginBatch(
        here.actor, form.get("action", ""), tuple(numbers), form.get("reason", ""), form.get("ground", ""), UNCLAIMED
    )
    try:
        token = change(wanted, form_ids.sent(Entry.DESK))
    except Invalid as error:
        problems = error.problems or (Problem("", error.message),)
        typed = Typed(form.get("step", ""), wanted.reason, wanted.ground, frozenset(numbers), problems)
        return make_response(_choose(form.getlist("listed")[:ON_A_PAGE], whole, typed), 422)
    return redirect(url_for("desk.batch", token=token), 303)


def _choose(numbers: Sequence[str], whole: Whole | None, typed: Typed | None) -> str:
    """Return the page of the chosen cases, in groups, with the steps that may be taken in each; `typed` is a form that was refused."""
    here = current()
    with here.read() as tx:
        if whole is not None:
            numbers = _waiting(tx, here, whole)
        groups = queries.groups(tx, here.services, here.actor, numbers, here.now)
        more = {} if whole else {group.code: _more(tx, here, group) for group in groups}
    shown = [
        {"group": group, "actions": _actions(group, whole, numbers, typed), "more": more.get(group.code, 0)}
        for group in groups
    ]
    errors = errors_from(typed.problems, f"{typed.code}-") if typed else []
    return render_template("desk/batch_choose.html", groups=shown, errors=errors)


def batches() -> str:
    """Show the visitor's batches."""
    here = current()
    with here.read() as tx:
        return render_template("desk/batches.html", rows=queries.own(tx, here.actor))


def batch(token: str) -> str:
    """Show a batch: what stands against it, how far it is, what became of each case."""
    return _page(token, arguments.number("page") or 1)


def _page(
    token: str, number: int, without: Sequence[str] = (), why: str = "", problems: Sequence[Problem] = ()
) -> str:  # fmt: skip
    """Return a page of a batch; `without` are the cases whose tick was taken away, on this page or on another."""
    here = current()
    with here.read() as tx:
        view = queries.view(tx, here.services, here.actor, token)
        last = max(1, -(-view.row.total // queries.SHOWN))
        number = min(max(1, number), last)
        lines = queries.lines(tx, here.actor, token, number)
    listed = {line.number for line in lines}
    return render_template(
        "desk/batch.html", view=view, row=view.row, lines=lines, states=STATES, page=number, last=last,
        first=(number - 1) * queries.SHOWN + 1, without=without, elsewhere=[one for one in without if one not in listed],
        why=why, errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip


def batch_progress(token: str) -> Answer:
    """Show how far a batch is; the whole page anew when it is no longer at work."""
    here = current()
    with here.read() as tx:
        view = queries.view(tx, here.services, here.actor, token)
    answer = make_response(render_template("desk/batch_progress.html", view=view, row=view.row))
    if not view.working:
        answer.headers["HX-Refresh"] = "true"
    return answer


def batch_results(token: str) -> Response:
    """Give every case of a batch with what became of it, as a table."""
    here = current()
    with here.read() as tx:
        lines = queries.lines(tx, here.actor, token, None)
    rows = [(line.number, line.subject, STATES[line.state], line.message or "") for line in lines]
    return as_csv(f"批量办理-{token[:6]}.csv", ("办件编号", "信用主体", "结果", "说明"), rows)


def start_batch(token: str) -> Answer:
    """Take the step in every case that is still ticked; of those that no page listed, in every one. The buttons of its pages send the
    same form: what was ticked goes along to the page that is turned to."""
    form, ticked = request.form, set(request.form.getlist("take"))
    # of other pages, in one field: a form has fewer fields than a batch has cases
    elsewhere = form.get("without", "").split()
    away = [*elsewhere, *(number for number in form.getlist("listed") if number not in ticked)]
    without, why = list(dict.fromkeys(away)), form.get("why", "")
    if "page" in form:
        return make_response(_page(token, _whole(form["page"]), without, why))
    try:
        begun = change(StartBatch(current().actor, token, tuple(without), why))
    except Invalid as error:
        problems = error.problems or (Problem("", error.message),)
        return make_response(_page(token, _whole(form.get("shown", "")), without, why, problems), 422)
    if not begun:
        flash("这一批已经开始或者已经放弃，没有重复办理。", "warning")
    return _back(token)


def _whole(text: str) -> int:
    try:
        return plain.whole(text)
    except ValueError:
        return 1


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


def _waiting(tx: Connection, here: RequestContext, whole: Whole) -> list[str]:
    asked = here.services, here.actor, whole.procedure, whole.state
    return list(queries.numbers_waiting(tx, *asked, own=whole.own))


def _more(tx: Connection, here: RequestContext, group: Group) -> int:
    """Return how many cases wait for the visitor in the state of a group; nought when they are all chosen."""
    found = len(_waiting(tx, here, Whole(group.procedure, group.state, False)))
    return found if found > len(group.numbers) else 0


def _actions(
    group: Group, whole: Whole | None, listed: Sequence[str], typed: Typed | None
) -> list[dict[str, object]]:  # fmt: skip
    """Return the steps of a group in the shape the panel of actions asks for."""
    return [_action(group, whole, listed, typed, step) for step in group.steps]


def _action(
    group: Group, whole: Whole | None, listed: Sequence[str], typed: Typed | None, step: Option
) -> dict[str, object]:  # fmt: skip
    code = f"{group.code}-{step.name}"
    mine = typed if typed is not None and typed.code == code else None
    wrong = wrong_of(mine.problems) if mine else {}
    fields = render_template(
        "desk/batch_cases.html", group=group, whole=whole, listed=listed, code=code, action=step.name,
        ticked=mine.ticked if mine else frozenset(group.numbers), fault=wrong.get("cases", ""),
    )  # fmt: skip
    return {
        "code": code,
        "label": step.label,
        "who": "、".join(step.roles),
        "url": url_for("desk.begin_batch"),
        "allowed": True,
        "open": mine is not None,
        "grounds": [(name, ground.label) for name, ground in step.grounds.items()],
        "ground_value": mine.ground if mine else "",
        "reason": "required" if batch_acts.needs_reason(step) else "optional",
        "reason_max": LONGEST_REASON,
        "reason_value": mine.reason if mine else "",
        "wrong": wrong,
        "send": "逐件核对",
        "explain": "先逐件核对，列出不能办理的，您确认后才办理。",
        "more": Markup(fields),  # noqa: S704 - a rendered template, escaped
    }
