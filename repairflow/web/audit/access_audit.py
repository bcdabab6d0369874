"""The page that shows who looked at what, and who signed in or failed to."""

from __future__ import annotations

from flask import render_template

from repairflow import plain
from repairflow.casework.queries.audit import views
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.context import current

PAGES = {
    "desk.case": "办件页", "desk.subject": "信用主体页", "desk.record": "失信信息页", "desk.informant_page": "反映人身份",
    "desk.similar_cases": "同类办件", "desk.hearing": "听证安排", "desk.batch": "批量办理记录", "desk.batch_progress": "批量办理进度",
    "desk.batch_results": "下载批量办理结果", "desk.new_about": "新建办件：查找", "desk.new_form": "新建办件：填写",
    "desk.list_kind": "名单", "desk.list_entries": "下载名单", "desk.field": "领域规则", "desk.import_run": "导入结果",
    "desk.import_progress": "导入进度", "desk.import_problems": "下载导入问题", "desk.import_sample": "下载导入样表",
    "desk.inquiry": "批量查询结果", "desk.inquiry_progress": "批量查询进度", "desk.inquiry_table": "下载批量查询结果",
    "desk.inquiry_json": "下载批量查询结果", "desk.message": "平台来文", "desk.message_file": "平台来文附件",
    "desk.original_file": "平台来文原件",
    "papers.letter": "文书的送达和效力", "papers.return_sheet": "送达回证", "papers.reissue": "重新出具文书", "papers.bound": "文书汇编",
    "papers.case_paper": "办件的打印件", "papers.record_form": "失信信息的打印件", "papers.batch_preview": "告知书预览",
    "oversight.late_case": "逾期办件", "oversight.job": "后台任务", "oversight.push": "推送", "oversight.ask_retry": "推送：再次推送",
    "oversight.waive": "推送：不再推送", "oversight.ask_letter": "更正函", "oversight.ask_correction": "更正登记的答复",
    "oversight.captured": "固定的平台页面",
    "oversight.capture_file": "下载固定的平台页面", "oversight.capture_picture": "固定的平台页面的图片",
    "audit.case": "办理留痕", "audit.rows": "数据重建", "audit.tile": "公开日志",
    "audit.evidence": "下载证据包", "audit.evidence_of_query": "下载查找结果的证据包",
    "audit.evidence_of_search": "下载查找结果的证据包", "audit.trail_table": "下载办理留痕表",
    "audit.findings_table": "下载审计意见表", "audit.letter_verifier": "下载文书查验工具",
    "oversight.late_list": "下载逾期办件", "oversight.results_list": "下载办理结果",
    "files.letter": "文书", "files.material": "材料", "files.proof": "文书的日志证明",
    "api.show_case": "接口读取办件", "api.list_events": "接口读取留痕", "api.list_letters": "接口读取文书",
    "api.list_deadlines": "接口读取期限", "api.list_notes": "接口读取备注", "api.show_assignment": "接口读取承办人",
    "api.show_record": "接口读取失信信息", "api.show_subject": "接口读取信用主体", "api.letter_pdf": "接口读取文书",
    "api.verify_letter": "接口查验文书", "api.show_words": "接口读取文书内容", "api.show_import": "接口读取导入结果",
    "api.show_inquiry": "接口读取批量查询结果", "api.inquiry_table": "接口读取批量查询结果", "api.inquiry_json": "接口读取批量查询结果",
}  # fmt: skip
"""What an auditor reads of each page that is told; whoever adds an address with a number, a code or a token names it here."""
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
