"""Tables and their fields in the words of people, and a case's rows as the program wrote them."""

from __future__ import annotations

from datetime import datetime

from flask import render_template

from repairflow.auditing import row_history
from repairflow.casework.queries.cases import view
from repairflow.web.core.context import current

TABLES = {
    "cases": "办件", "record": "信息", "letter": "文书", "material": "材料", "deadline": "期限", "rung_fired": "已发出的提醒",
    "outbox": "推送与回执", "role_grant": "岗位", "person": "人员", "office": "单位", "subject": "信用主体", "mandate": "授权委托",
    "measure": "惩戒措施", "list_entry": "名单条目", "interview_entry": "约谈记录", "service": "送达", "target": "推送目标",
    "sealed_input": "密封的举报人身份", "case_link": "前后办件", "held_row": "待人工处理的数据", "record_spelling": "文号写法",
    "reissue": "重新制发",  "own_rule": "本单位规则", "event": "办理留痕", "event_personal": "个人信息", "log_leaf": "日志位置",
    "checkpoint": "检查点", "cosignature": "见证人的共签",
    "row_change": "写入记录", "page_look": "页面查看", "import_row": "导入的问题行", "import_run": "导入", "office_heading": "单位的表头",
    "act": "行政行为", "repair_means": "修复方式", "learning": "学习测验", "service_body": "信用服务机构",
    "inbound_message": "平台来文", "meeting": "约谈和听证的安排", "meeting_room": "约谈室",
    "withdrawal_statement": "撤回说明",
    "fine_threshold": "罚款档次", "office_seal": "签章设置", "number_series": "编号", "definition_used": "所用规则文件",
}  # fmt: skip
FIELDS = {
    "state": "状态", "outcome": "办理结果", "subject_id": "信用主体", "record_id": "信息", "case_id": "办件", "fine_wan": "罚款（万元）",
    "confiscated_wan": "没收（万元）", "min_until": "最短公示期至", "max_until": "最长公示期至", "apply_from": "可申请之日",
    "publish_from": "公示之日", "content": "正文", "pdf_digest": "PDF 摘要", "digest": "摘要", "due_day": "届满日", "role": "岗位",
    "office_id": "单位", "person_id": "人员", "receipt": "回执", "closed_at": "办结时间", "handler_id": "承办人", "severity": "程度",
    "number": "编号", "title": "标题", "name": "名称", "url": "地址", "decision_date": "决定日期", "superseded_by": "替代它的文书",
    "filed_day": "提出之日", "deciding_id": "决定单位", "receiving_id": "受理单位", "provider_id": "信息提供单位", "size": "条数",
}  # fmt: skip
KINDS = {"insert": "新增", "update": "修改", "delete": "删除", "base": "升级时已有"}


def table(name: str) -> str:
    """Return a table as people name it."""
    return TABLES.get(name, name)


def field(name: str | None) -> str:
    """Return a field as people name it, its column beside it."""
    if not name:
        return ""
    return f"{FIELDS[name]}（{name}）" if name in FIELDS else name


def shown_value(value: object) -> str:
    """Return a kept value for the page; personal and long ones are not shown."""
    if isinstance(value, str) and value.startswith("~"):
        return "不显示"
    return "空" if value is None else str(value)


def rows(number: str) -> str:
    """Show every row of a case as the program wrote it, with what differs from what is there."""
    here = current()
    with here.read() as tx:
        case = view.visible(tx, here.actor, number)
        built = row_history.rebuild(tx, case.number)
    words = {"table": table, "field": field, "said": shown_value, "kinds": KINDS, "at": datetime.fromisoformat}
    differing = sum(len(one.findings) for one in built)
    return render_template("audit/rows.html", case=case, built=built, differing=differing, words=words)
