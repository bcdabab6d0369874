"""The page that shows who looked at what, and who signed in or failed to."""

from __future__ import annotations

from flask import render_template

from repairflow import plain
from repairflow.casework.queries.audit import views
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.context import current

PAGES = {
    "desk.case": "办件页", "desk.subject": "信用主体页", "audit.case": "办理留痕", "audit.rows": "数据重建",
    "audit.evidence": "下载证据包", "audit.evidence_of_query": "下载查找结果的证据包",
    "audit.evidence_of_search": "下载查找结果的证据包", "audit.trail_table": "下载办理留痕表",
    "audit.findings_table": "下载审计意见表", "files.letter": "文书", "files.material": "材料",
    "api.show_case": "接口读取办件", "api.list_events": "接口读取留痕", "api.list_letters": "接口读取文书",
    "api.list_deadlines": "接口读取期限",
}  # fmt: skip
ACTIONS = {"sign_in": "登录", "sign_in_failed": "登录未成功", "viewed": "查看"}


def seen() -> str:
    """Show the newest lines, of a person or of what they looked at where one is asked for. Invalid for a bad place."""
    search, before = arguments.text("q").strip(), arguments.text("before")
    try:
        place = plain.whole(before) if before else None
    except ValueError:
        raise Invalid("地址中的页码无法识别，请从第一页看起。") from None
    with current().read() as tx:
        page = views.seen(tx, search, place)
    lines = [(one, plain.moment(one.at), PAGES.get(one.page, one.page), ACTIONS[one.action]) for one in page.lines]
    return render_template("audit/seen.html", lines=lines, next=page.next, search=search, later=place is not None)
