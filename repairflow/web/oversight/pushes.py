"""Pushes (推送): those that wait or were given up, the state of targets and worker, sending again, waiving."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.changes import ConfirmClock, RetryPush
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

PAGE = 50
TARGET_KINDS = {
    "public_platform": "公示网站",
    "province": "省级平台",
    "authority": "认定单位",
    "partner": "联合惩戒单位",
}
WAIVE = "waive_push"


def pushes() -> str:
    """Show pushes that wait, those that were given up, and the state of the targets."""
    here = current()
    actor, now = here.actor, here.now
    after = arguments.number("after") or 0
    with here.read() as tx:
        waiting = push_queries.waiting(tx, actor, after=after, size=PAGE + 1)
        dead = push_queries.dead(tx, actor)
        return render_template(
            "oversight/pushes.html",
            dead=[_shown(here, row) for row in dead],
            waiting=[_shown(here, row) for row in waiting[:PAGE]],
            following=url_for("oversight.pushes", after=waiting[PAGE - 1].id) if len(waiting) > PAGE else None,
            first=url_for("oversight.pushes") if after else None,
            targets=push_queries.targets(tx),
            target_kinds=TARGET_KINDS,
            beyond=push_queries.beyond(tx, actor, now),
            standing=push_queries.standing(tx, here.services.pulse, actor, now),
            may_confirm=actor.has_role("supervisor"),
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
            raise Invalid("此推送现在不能由您免除：已经收到回执，办件不处于可以免除的环节，或者由其他岗位办理。")
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
    return {"row": row, "kind": PUSH_KINDS.get(row.kind, row.kind), "waive": _waives(here, row) is not None}


def _waives(here: RequestContext, row: PushRow) -> str | None:
    """Give the action by which the visitor may waive the push in the present state of its case; None when there is none."""
    if row.procedure is None or row.procedure_version is None or row.case_state is None:
        return None  # of no case
    if row.target_code is None or row.state not in push_queries.UNFINISHED:
        return None
    procedure = here.law.procedure(row.procedure, row.procedure_version)
    actions = procedure.actions_from(row.case_state)
    return next((name for name, a in actions.items() if WAIVE in a.effects and role_for(here.actor, a, row)), None)
