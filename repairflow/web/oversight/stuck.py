"""What is stuck (受阻事项): trying several again and settling them after a look, a failed job, who sees to what."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.changes import MindJob, RetryPushes, SettleStuck
from repairflow.casework.changes.installation import MOST_RETRIED
from repairflow.casework.outbox import UNFINISHED, WORDS
from repairflow.casework.permissions import role_for
from repairflow.casework.queries.oversight import failed_jobs as job_queries
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.oversight import stuck as stuck_queries
from repairflow.casework.queries.oversight.pushes import PushRow, Wanted
from repairflow.casework.queries.oversight.stuck import JOB, Stuck
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.ui.components import PUSH_KINDS
from repairflow.web.ui.forms import wrong_of

WAIVE = "waive_push"
WHY = {
    "taken": "已受理", "unreachable": "连接不上", "timeout": "没有按时答复", "not_listed": "地址不在准许的范围", "redirect": "转到别处",
    "busy": "请稍后再来", "server_error": "对方系统故障", "refused": "拒收", "gone": "不再接收", "nonsense": "答复不是回执",
    "pending": "尚未作出处理", "declined": "不予办理", "here": "本系统的问题",
    "resent": "由人工重新推送",
}  # fmt: skip
"""What a try met, in words; `resent` is no try: there its count begins anew."""
KINDS = {**{kind: WORDS[kind] for kind in push_queries.KINDS}, JOB: "后台任务"}

FOLLOWS = {"record_changed": "失信信息变动后的处理", "linked_case_closed": "关联办件办结后的处理"}
"""What a follow-up is after."""


def wanted() -> Wanted:
    """Return what the visitor chose; what is unknown counts as nothing."""
    kind, why = arguments.text("kind"), arguments.text("why")
    return Wanted(kind if kind in KINDS else "", arguments.text("target"), why if why in WHY else "")


def choice(chosen: Wanted) -> dict[str, Any]:
    """Return what the form of the choice needs besides the targets."""
    return {"chosen": chosen, "why": WHY, "kinds": KINDS}


def ask_retry_all() -> str:
    """Show what would be tried again: what was given up ticked, what is tried again by itself not."""
    return _asked("oversight/retry_all.html")


def retry_all() -> AnyResponse:
    """Try again what was ticked."""
    done = change(RetryPushes(current().actor, tuple(arguments.ticked("push")), tuple(arguments.ticked("job"))))
    flash(f"{done} 件已重新排入推送。" if done else "所选事项已不再受阻，没有改动。", "success" if done else "info")
    return redirect(url_for("oversight.pushes"), 303)


def ask_settle() -> str:
    """Show what may be marked as settled, and ask for the reason."""
    return _asked("oversight/settle.html")


def settle() -> AnyResponse:
    """Mark what was ticked as settled."""
    rows, failed = arguments.ticked("push"), arguments.ticked("job")
    reason = request.form.get("reason", "")
    try:
        done = change(SettleStuck(current().actor, tuple(rows), tuple(failed), reason))
    except Invalid as error:
        return make_response(_asked("oversight/settle.html", error, (*rows, *(-one for one in failed))), 422)
    flash(f"{done} 件已标记为已处理。" if done else "所选事项已不再受阻，没有改动。", "success" if done else "info")
    return redirect(url_for("oversight.pushes"), 303)


def job(job_id: int) -> str:
    """Show one job that failed, with every attempt, and what was noted about it."""
    return _job_page(job_id)


def mind_job(job_id: int) -> AnyResponse:
    """Note what was found out about a job, and that one sees to it."""
    note = request.form.get("note", "")
    try:
        change(MindJob(current().actor, job_id, note))
    except Invalid as error:
        return make_response(_job_page(job_id, note, error), 422)
    flash("已记下。", "success")
    return redirect(url_for("oversight.job", job_id=job_id), 303)


def of(here: RequestContext, one: Stuck) -> dict[str, Any]:
    """Give one thing to its template; `name` tells it from all others where it is read aloud."""
    row = one.row
    if isinstance(row, PushRow):
        given = {**shown(here, row), "why": WHY[one.why]}
        told = (
            WORDS[row.topic],
            row.letter_title or given["kind"],
            row.case_number or row.record_number,
            row.target_name,
        )
        return {**given, "one": one, "kind_word": told[0], "name": " ".join(part for part in told if part)}
    word = job_queries.WORDS[row.kind]
    what = row.file_name or (f"{row.step}，{row.cases} 件" if row.step else word)
    return {
        "one": one, "kind_word": word, "name": f"{word} {what}", "row": row, "kind": what, "waive": False, "why": "",
    }  # fmt: skip


def shown(here: RequestContext, row: PushRow) -> dict[str, Any]:
    """Give a row to its template; `waive` says whether the visitor may waive it now."""
    return {
        "row": row,
        "kind": what(row),
        "waive": waives(here, row) is not None,
        "why": WHY.get(row.why or "", ""),
    }


def what(row: PushRow) -> str:
    """Return what a row carries or does, in words."""
    words = PUSH_KINDS if row.topic in push_queries.TOPICS else FOLLOWS
    return words.get(row.kind, WORDS[row.topic])


def waives(here: RequestContext, row: PushRow) -> str | None:
    """Give the action by which the visitor may waive the push in the present state of its case; None when there is none."""
    if row.procedure is None or row.procedure_version is None or row.case_state is None:
        return None  # of no case
    if row.target_code is None or row.state not in UNFINISHED:
        return None
    procedure = here.law.procedure(row.procedure, row.procedure_version)
    actions = procedure.actions_from(row.case_state)
    return next((name for name, a in actions.items() if WAIVE in a.effects and role_for(here.actor, a, row)), None)


def _asked(template: str, error: Invalid | None = None, ticked: tuple[int, ...] = ()) -> str:
    """Return the page that shows what is chosen: of a kind, target or cause, or one thing by its id; after an error, what was
    ticked (jobs by their negative id)."""
    here, chosen = current(), wanted()
    push, failed = arguments.number("push"), arguments.number("job")
    with here.read() as tx:
        if push:
            found = tuple(stuck_queries.of_rows(tx, here.actor, [push_queries.one(tx, here.actor, push)]))
        elif failed:
            found = tuple(stuck_queries.of_jobs(tx, [job_queries.one(tx, here.actor, failed)]))
        else:
            found = stuck_queries.stuck(tx, here.actor, wanted=chosen, size=MOST_RETRIED)
        targets = push_queries.targets(tx)
    wrong = wrong_of(error.problems) if error is not None else {}
    return render_template(
        template, items=[of(here, one) for one in found], targets=targets, **choice(chosen), single=push or failed,
        ticked=ticked if error is not None else None, wrong=wrong, error=error.message if error and not wrong else "",
        reason=request.form.get("reason", "") if error is not None else "",
    )  # fmt: skip


def _job_page(job_id: int, note: str | None = None, error: Invalid | None = None) -> str:
    here = current()
    with here.read() as tx:
        row = job_queries.one(tx, here.actor, job_id)
        (one,) = stuck_queries.of_jobs(tx, [row])
        tries = job_queries.errors(tx, [job_id])
    return render_template(
        "oversight/job.html", item=of(here, one), row=row, tries=tries, wrong=wrong_of(error.problems) if error else {},
        note=row.note or "" if note is None else note,
    )  # fmt: skip
