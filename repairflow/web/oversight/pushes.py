"""Pushes (推送): those that wait or were given up, the state of targets and worker, sending again, waiving."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.changes import ConfirmClock, MindPush, RetryPush
from repairflow.casework.outbox import WORDS
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.oversight import stuck as stuck_queries
from repairflow.errors import Invalid
from repairflow.law.page_figures import TOLD_ELSEWHERE
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.oversight import stuck
from repairflow.web.ui import filters
from repairflow.web.ui.components import PUSH_KINDS
from repairflow.web.ui.forms import errors_from

PAGE = 50
SHOWN = 100
"""Of what is stuck."""
TARGET_KINDS = {
    "third_party": "企业信息平台",
    "public_platform": "公示网站",
    "province": "省级平台",
    "authority": "认定单位",
    "partner": "联合惩戒单位",
}


def pushes() -> str:
    """Show what is stuck, pushes and letters that wait, and the state of the targets."""
    here = current()
    actor, now = here.actor, here.now
    after = arguments.number("after") or 0
    wanted = stuck.wanted()
    with here.read() as tx:
        waiting = push_queries.waiting(tx, actor, after=after, size=PAGE + 1, untried=True)
        found = stuck_queries.stuck(tx, actor, wanted=wanted, size=SHOWN + 1)
        return render_template(
            "oversight/pushes.html",
            stuck=[stuck.of(here, one) for one in found[:SHOWN]],
            cut=len(found) > SHOWN,
            waiting=[stuck.shown(here, row) for row in waiting[:PAGE]],
            following=url_for("oversight.pushes", after=waiting[PAGE - 1].id) if len(waiting) > PAGE else None,
            first=url_for("oversight.pushes") if after else None,
            targets=push_queries.targets(tx),
            **stuck.choice(wanted),
            target_kinds=TARGET_KINDS,
            beyond=push_queries.beyond(tx, actor, now),
            elsewhere=TOLD_ELSEWHERE,
            standing=push_queries.standing(tx, here.services.pulse, actor, now),
            may_confirm=actor.has_role("supervisor"),
        )  # fmt: skip


def push(row_id: int) -> str:
    """Show one push with every try, and what was noted about it."""
    return _push_page(row_id)


def mind(row_id: int) -> AnyResponse:
    """Note what was found out about a push, and that one sees to it."""
    try:
        change(MindPush(current().actor, row_id, request.form.get("note", "")))
    except Invalid as error:
        return make_response(_push_page(row_id, request.form.get("note", ""), error), 422)
    flash("已记下。", "success")
    return redirect(url_for("oversight.push", row_id=row_id), 303)


def _push_page(row_id: int, note: str | None = None, error: Invalid | None = None) -> str:
    here = current()
    with here.read() as tx:
        row = push_queries.one(tx, here.actor, row_id)
        tries = push_queries.attempts(tx, row_id)
    problems = errors_from(error.problems) if error is not None else ()
    return render_template(
        "oversight/push.html", item=stuck.shown(here, row), row=row, tries=tries, why=stuck.WHY, words=WORDS, errors=problems,
        wrong=next((one.text for one in problems), ""),
        note=row.note or "" if note is None else note,
    )  # fmt: skip


def ask_retry(row_id: int) -> str:
    """Ask whether to send a push again."""
    here = current()
    with here.read() as tx:
        row = push_queries.one(tx, here.actor, row_id)
    what = row.letter_title or stuck.what(row)
    question = f"“{what}”将重新发往{row.target_name or WORDS[row.topic]}，从头计算重试次数。请先确认对方系统已经恢复。"
    return render_template(
        "base/confirm.html", label="重新推送", question=question, action=request.path, kept=[],
        back=url_for("oversight.pushes"),
    )  # fmt: skip


def retry(row_id: int) -> AnyResponse:
    """Put a push that was given up back into the queue."""
    if change(RetryPush(current().actor, row_id)):
        flash("已重新排入推送。", "success")
    else:
        flash("这一件已不在停止重试的状态，没有改动。", "info")
    return redirect(url_for("oversight.pushes"), 303)


def waive(row_id: int) -> str:
    """Show the form of the action that waives a push; the action itself is taken on the case. Invalid when there is none."""
    here = current()
    actor = here.actor
    with here.read() as tx:
        row = push_queries.one(tx, actor, row_id)
        action = stuck.waives(here, row)
        if action is None or row.case_number is None:
            raise Invalid("此推送现在不能由您取消：已经收到回执，办件不处于可以取消推送的环节，或者由其他岗位办理。")
        case = case_queries.visible(tx, actor, row.case_number)
    return render_template("oversight/waive.html", row=row, case=case, action=action, kind=PUSH_KINDS.get(row.kind, ""))


def ask_clock() -> str:
    """Ask whether the time of this machine is right."""
    now = times.now()
    question = (
        f"系统时间现在是 {filters.instant(now)}。请与标准时间核对；确认后，暂停的到期处理（逾期终止办理、"
        "公示期满终止公示等）立即继续，不能撤回。时间不对的，不要确认，先请管理员校准。"
    )
    return render_template(
        "base/confirm.html", label="确认时间无误", question=question, action=request.path, kept=[],
        back=url_for("oversight.pushes"),
    )  # fmt: skip


def confirm_clock() -> AnyResponse:
    """Note that the time is right, so that held deadlines go on."""
    freed = change(ConfirmClock(current().actor))
    flash(f"已确认系统时间，{freed or 0} 项到期处理继续。", "success")
    return redirect(url_for("oversight.pushes"), 303)
