"""The first page of administrators (概况): how this node stands."""

from __future__ import annotations

from flask import current_app, render_template

from repairflow.casework.queries.oversight import health
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.web.core import access
from repairflow.web.core.context import current

TABS = (
    ("home", "概况", "admin.home"), ("offices", "单位", "admin.offices"), ("people", "人员", "admin.people"),
    ("rules", "本单位规则", "admin.rules"), ("thresholds", "罚款界线", "admin.thresholds"),
    ("law", "程序与规则", "admin.library"),
    ("targets", "平台", "admin.targets"), ("certificates", "签名证书", "admin.certificates"),
    ("calendar", "工作日历", "admin.calendar"), ("clock", "系统时间", "admin.clock"),
    ("sheets", "通知单", "admin.sheets"), ("changes", "管理留痕", "admin.changes"),
)  # fmt: skip


def tabs() -> dict[str, object]:
    """Give templates the tabs that the visitor may open; none where there is only one."""
    visitor = current().visitor
    found = [tab for tab in TABS if access.admits(access.declared(current_app, tab[2]), visitor)]
    return {"administers": found if len(found) > 1 else []}


def home() -> str:
    """Show the state of this node, its warnings and the calendar years it knows."""
    here = current()
    with here.read() as tx:
        return render_template(
            "admin/home.html",
            standing=health.standing(tx, here.services.pulse, here.now),
            seen=health.worker_seen(tx, here.now),
            warned=warnings(tx, here.law.calendar, here.now),
            years=sorted(y.year for y in here.law.calendar.years.values() if y.published),
            mail=bool(here.settings.smtp_url),
        )
