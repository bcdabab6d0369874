"""A page with every component in every state, for whoever changes the look. Demonstration and tests only; all data invented."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, render_template
from werkzeug.exceptions import NotFound

from repairflow import times
from repairflow.web.core import access, security
from repairflow.web.core.context import current
from repairflow.web.core.routes import GET, Route, register


def components() -> str:
    """Show every component in every state."""
    settings = current().settings
    if not settings.demo or settings.proxies or not security.from_this_machine():
        raise NotFound
    flash("受理成功，受理通知书已生成。", "success")
    return render_template("public/components.html", **samples())


def samples() -> dict[str, object]:
    """Return one value for each component, in the shape its documentation asks for."""
    at = times.now() - timedelta(days=1)
    condition = {"code": "paid", "label": "义务全部履行"}
    return {
        "publicity": [
            _bar(44, 25, True, "最短公示期 2026-09-12 已满"),
            _bar(11, 25, False, "2027-01-09 起可申请修复（届时提醒您）"),
            _bar(33.5, 33.3, True, "2026-11-18 已满一年"),
            _bar(70, 66, True, "最短公示期已满"),
            _bar(100, 25, True, "最短公示期已满", ended=True),
            _bar(30, None, False, "没有最短公示期"),
        ],
        "dues": [
            _due("late", 100, "逾期 1 个工作日"), _due("soon", 72, "审核剩 2 个工作日"), _due("ok", 30, "还有 5 个工作日"),
            _due("paused", 40, "补正，剩 4 个工作日"), _due("done", 100, "按期办结"), _due("ok", 10, "还有 40 个工作日", True),
        ],
        "proof": _proof(),
        "steps": [
            {"state": "done", "label": "提出申请", "note": "11-12 09:41"}, {"state": "done", "label": "受理", "note": "11-13 15:02"},
            {"state": "done", "label": "核查", "note": "11-18 10:20"}, {"state": "now", "label": "审核", "note": "周予安"},
            {"state": "next", "label": "决定", "note": "须由另一人批准"}, {"state": "next", "label": "同步", "note": "3 个平台"},
            {"state": "next", "label": "办结"},
        ],
        "events": [
            {"label": "提交核查意见", "who": "陈墨", "at": at, "note": "附现场复查记录", "reason": "经现场复查，标识已补齐，符合规定。"},
            {"label": "受理", "who": "许知行", "at": at, "note": "期限自次日起算：7 个工作日"},
            {"label": "提出申请", "who": "林一鸣（代理人）", "at": at, "system": True},
        ],
        "answers": [
            {"state": "yes", "label": "最短公示期已满", "text": "三个月，2026-06-12 至 2026-09-12", "evidence": "系统计算"},
            {"state": "yes", "label": "义务全部履行", "text": "罚款 2.00 万元，2026-06-20 缴清", "evidence": "材料：缴款凭证.pdf"},
            {"state": "no", "label": "失信行为已纠正", "text": "没有复查记录", "basis": "信用修复管理办法"},
            {"state": "ask", "label": "公开作出信用承诺", "text": "印章不清晰", "evidence": "可要求补正，或确认有效并说明理由"},
            {"state": "wait", "label": "推送回执", "text": "还差 1 个平台"},
        ],
        "letters": [
            {"label": "受理通知书", "number": "溪信受〔2026〕311号", "state": "sealed", "note": "11-13 已送达", "href": "#",
             "verify_href": "#", "size": 86_000},
            {"label": "信用修复决定书", "number": "溪环信修〔2026〕118号", "state": "pressing", "href": None},
            {"label": "补正通知书", "number": "溪信补〔2026〕9号", "state": "withdrawn", "note": "由〔2026〕10号代替", "href": "#"},
        ],
        "targets": [
            {"label": "公共信用平台网站", "state": "delivered", "note": "11-24 16:02 回执"},
            {"label": "省信用平台", "state": "waiting", "note": "第 3 次尝试，下次 16:20"},
            {"label": "联合惩戒单位", "state": "failed", "note": "对方系统三天未应答，已转人工"},
            {"label": "市交通局", "state": "waived", "note": "未曾接收此信息"},
        ],
        "actions": _actions(condition),
        **_forms(),
    }  # fmt: skip


def _forms() -> dict[str, object]:
    """Return the values of what is filled in, and of what counts."""
    return {
        "stats": [
            {"label": "公示中", "value": 3, "unit": "条"}, {"label": "现在可申请修复", "value": 2, "unit": "条", "tone": "ok"},
            {"label": "办理中", "value": 2, "unit": "件", "href": "#"}, {"label": "待您处理", "value": 1, "unit": "件", "tone": "warn"},
            {"label": "逾期", "value": 1, "unit": "件", "tone": "late"},
        ],
        "errors": [{"field": "fine", "text": "罚款金额应为数字，如 2.00"}, {"field": "proof", "text": "缴款凭证.pdf 是空文件，请重新上传"}],
        "fields": [
            {"name": "fine", "label": "罚款金额", "kind": "money", "value": "两万", "error": "罚款金额应为数字，如 2.00", "required": True},
            {"name": "performed_on", "label": "义务履行完毕日期", "kind": "date", "hint": "以缴款凭证上的日期为准"},
            {"name": "sent", "label": "是否已经缴清", "kind": "boolean", "required": True},
            {"name": "gaps", "label": "需补正的内容", "kind": "gaps", "hint": "一行一项，一次告知全部", "required": True},
            {"name": "read", "label": "我已阅读并同意信用承诺书", "kind": "check", "required": True},
        ],
        "form_steps": [
            {"state": "done", "label": "选择信息"}, {"state": "done", "label": "核对条件"}, {"state": "now", "label": "上传材料"},
            {"state": "next", "label": "信用承诺"}, {"state": "next", "label": "核对提交"},
        ],
        "filled": [
            {"label": "申请修复的信息", "value": "溪环罚〔2026〕47号", "href": "#"},
            {"label": "整改情况", "value": "已按要求补齐标识。\n2026年6月18日完成。", "href": "#"},
        ],
        "tour": [
            {"text": "以企业经办人进入，申请信用修复", "done": True}, {"text": "换成受理人员，点“受理”", "href": "#"},
            {"text": "换一人批准"},
        ],
        "rows": [
            _row(_due("late", 100, "逾期 1 日"), "异议", "YY-2026-000217", "数额有误", "恒拓建材有限公司"),
            _row(_due("soon", 85, "今日"), "修复", "XF-2026-001251", "一般失信", "明川食品有限公司"),
            _row(_due("ok", 40, "5 个工作日"), "修复", "XF-2026-001284", "一般失信", "云溪环保科技有限公司"),
        ],
    }  # fmt: skip


def _bar(served: float, minimum: float | None, met: bool, text: str, *, ended: bool = False) -> dict[str, object]:
    ends = {"from_text": "2026-06-12 起公示", "to_text": "最长至 2027-06-12"}
    return {"served": served, "minimum": minimum, "met": met, "minimum_text": text, "ended": ended, **ends}


def _due(state: str, share: int, text: str, provisional: bool = False) -> dict[str, object]:
    due = date(2027, 1, 8) if provisional else date(2026, 11, 24)
    return {"state": state, "share": share, "text": text, "day": due, "provisional": provisional}


def _row(due: dict[str, object], kind: str, number: str, note: str, subject: str) -> dict[str, object]:
    return {"due": due, "kind": kind, "number": number, "note": note, "subject": subject}


def _proof() -> dict[str, object]:
    days, n, first = [], 0, date(2026, 11, 14)
    for day in (first + timedelta(days=i) for i in range(11)):
        counts = day.weekday() < 5
        n += counts
        days.append({"date": day, "counts": counts, "n": n, "why": "工作日" if counts else "周末"})
    return {
        "sentence": "11月13日（周五）受理，次日起算；周末不计；24 日为第 7 个工作日。无中止、无延长。",
        "days": days,
        "due": date(2026, 11, 24),
        "basis": ["信用修复管理办法"],
        "verified": False,
    }


def _actions(condition: dict[str, str]) -> list[dict[str, object]]:
    here = {"who": "审核人", "url": "/components", "allowed": True}
    return [
        {**here, "code": "propose", "label": "拟准予修复", "until": "11月24日前", "open": True, "reason": "required",
         "reason_label": "理由（写入决定书）", "explain": "提交后由另一人批准。",
         "inputs": [{"name": "conditions", "label": "修复条件", "kind": "conditions", "items": [
             condition, {"code": "corrected", "label": "失信行为已纠正"}]}]},
        {**here, "code": "refuse", "label": "不予受理", "primary": False,
         "grounds": [("early", "最短公示期未满"), ("other", "不属于本单位认定")], "reason": "optional",
         "confirm": "不予受理通知书将立即送达申请人，不能撤回。"},
        {**here, "code": "supplement", "label": "要求一次性补正", "primary": False, "uploads": [{"name": "scan", "label": "附件"}]},
        {"code": "grant", "label": "准予修复", "who": "批准人", "allowed": False, "refusals": [
            {"text": "提出审核意见的人不能批准，须由另一人办理。", "basis": ["办理程序"]}, {"text": "尚未提交审核意见。"}]},
    ]  # fmt: skip


ROUTES = (Route("/components", GET, components, access.PUBLIC),)
blueprint = register(Blueprint("showcase", __name__), ROUTES)
"""Absent outside the demonstration."""
