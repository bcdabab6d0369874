"""Pushes (推送): those that wait or were given up, the state of targets and worker, sending again, waiving."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.changes import ConfirmClock, MindPush, RetryPush, RetryPushes
from repairflow.casework.changes.installation import MOST_RETRIED
from repairflow.casework.permissions import role_for
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.queries.oversight.pushes import PushRow
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.ui import filters
from repairflow.web.ui.components import PUSH_KINDS
from repairflow.web.ui.forms import errors_from

PAGE = 50
TARGET_KINDS = {
    "public_platform": "公示网站",
    "province": "省级平台",
    "authority": "认定单位",
    "partner": "联合惩戒单位",
}
WAIVE = "waive_push"
WHY = {
    "taken": "已受理", "unreachable": "连接不上", "timeout": "没有按时答复", "not_listed": "地址不在准许的范围", "redirect": "转到别处",
    "busy": "请稍后再来", "server_error": "对方系统故障", "refused": "拒收", "gone": "不再接收", "nonsense": "答复不是回执",
    "pending": "尚未作出处理", "declined": "不予办理", "here": "本系统的问题",
    "resent": "由人工重新推送",
}  # fmt: skip
"""What a try met, in words; `resent` is no try: there its count begins anew."""


class Chosen(NamedTuple):
    """Of which target and cause pushes are looked for; empty for any."""

    target_code: str
    why: str


def _chosen() -> Chosen:
    """What the visitor chose; what is unknown counts as nothing."""
    why = arguments.text("why")
    return Chosen(arguments.text("target"), why if why in WHY else "")


def pushes() -> str:
    """Show pushes that wait, those that were given up, and the state of the targets."""
    here = current()
    actor, now = here.actor, here.now
    after = arguments.number("after") or 0
    chosen = _chosen()
    with here.read() as tx:
        waiting = push_queries.waiting(tx, actor, after=after, size=PAGE + 1)
        dead = push_queries.dead(tx, actor, target_code=chosen.target_code, why=chosen.why)
        return render_template(
            "oversight/pushes.html",
            dead=[_shown(here, row) for row in dead],
            waiting=[_shown(here, row) for row in waiting[:PAGE]],
            following=url_for("oversight.pushes", after=waiting[PAGE - 1].id) if len(waiting) > PAGE else None,
            first=url_for("oversight.pushes") if after else None,
            targets=push_queries.targets(tx),
            chosen=chosen,
            why=WHY,
            target_kinds=TARGET_KINDS,
            beyond=push_queries.beyond(tx, actor, now),
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


def ask_retry_all() -> str:
    """Show what would be sent again: pushes given up, of one target or cause where chosen."""
    here, chosen = current(), _chosen()
    with here.read() as tx:
        rows = push_queries.dead(tx, here.actor, size=MOST_RETRIED, target_code=chosen.target_code, why=chosen.why)
        return render_template(
            "oversight/retry_all.html", items=[_shown(here, row) for row in rows], why=WHY, chosen=chosen,
            targets=push_queries.targets(tx),
        )  # fmt: skip


def retry_all() -> AnyResponse:
    """Put the pushes that were shown back into the queue."""
    done = change(RetryPushes(current().actor, tuple(arguments.ticked("push"))))
    flash(f"{done} 件已重新排入推送。", "success" if done else "info")
    return redirect(url_for("oversight.pushes"), 303)


def _push_page(row_id: int, note: str | None = None, error: Invalid | None = None) -> str:
    here = current()
    with here.read() as tx:
        row = push_queries.one(tx, here.actor, row_id)
        tries = push_queries.attempts(tx, row_id)
    problems = errors_from(error.problems) if error is not None else ()
    return render_template(
        "oversight/push.html", item=_shown(here, row), row=row, tries=tries, why=WHY, errors=problems,
        wrong=next((one.text for one in problems), ""),
        note=row.note or "" if note is None else note,
    )  # fmt: skip


def ask_retry(row_id: int) -> str:
    """Ask whether to send a push again."""
    here = current()
    with here.read() as tx:
        row = push_queries.one(tx, here.actor, row_id)
    what = row.letter_title or PUSH_KINDS.get(row.kind, row.kind)
    question = f"“{what}”将重新发往{row.target_name or '文书制作'}，从头计算重试次数。请先确认对方系统已经恢复。"
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
        action = _waives(here, row)
        if action is None or row.case_number is None:
            raise Invalid("此推送现在不能由您取消：已经收到回执，办件不处于可以取消推送的环节，或者由其他岗位办理。")
        case = case_queries.visible(tx, actor, row.case_number)
    return render_template("oversight/waive.html", row=row, case=case, action=action, kind=PUSH_KINDS.get(row.kind, ""))


def ask_clock() -> str:
    """Ask whether the time of this machine is right."""
    now = times.now()
    question = (
        f"系统时间现在是 {filters.instant(now)}。请与标准时间核对；确认后，暂停的到期处理（逾期视为撤回、"
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


def _shown(here: RequestContext, row: PushRow) -> dict[str, Any]:
    """Give a row to its template; `waive` says whether the visitor may waive it now."""
    return {
        "row": row,
        "kind": PUSH_KINDS.get(row.kind, row.kind),
        "waive": _waives(here, row) is not None,
        "why": WHY.get(row.why or "", ""),
    }


def _waives(here: RequestContext, row: PushRow) -> str | None:
    """Give the action by which the visitor may waive the push in the present state of its case; None when there is none."""
    if row.procedure is None or row.procedure_version is None or row.case_state is None:
        return None  # of no case
    if row.target_code is None or row.state not in push_queries.UNFINISHED:
        return None
    procedure = here.law.procedure(row.procedure, row.procedure_version)
    actions = procedure.actions_from(row.case_state)
    return next((name for name, a in actions.items() if WAIVE in a.effects and role_for(here.actor, a, row)), None)
