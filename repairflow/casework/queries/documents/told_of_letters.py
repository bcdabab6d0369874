"""What the public's page of verification tells of what a letter says, and what of it is kept back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

DECIDED = {
    "repair_granted": "准予信用修复", "repair_denied": "不予信用修复", "revocation": "撤销信用修复",
    "removal_decision": "移出名单", "removal_denied": "不予移出名单", "removal_revoked": "撤销移出名单",
    "annulment_decision": "撤销列入", "listing_decision": "列入名单", "listing_dropped": "不予列入名单",
    "listing_maintained": "维持列入", "masking_decision": "暂时屏蔽", "unmasking_decision": "恢复公示",
    "honour_decision": "列入守信名单", "honour_review_result": "考评合格，继续列入守信名单",
    "honour_exit_decision": "期满退出守信名单", "honour_revoked": "退出守信名单",
}  # fmt: skip
"""What a letter decides whose kind alone says so; others carry their outcome in their fields."""
TERMS = {
    "joint_measure_notice": "term_end", "masking_decision": "plan_until", "listing_decision": "max_until", "honour_decision": "max_until",
}  # fmt: skip
"""The last day of what a letter decides, as it says it itself."""
TOLD = (
    ("moment", "截至"), ("rows", "公示中的失信信息"), ("list_rows", "在列的公开名单"), ("case_number", "办件编号"),
    ("record_document", "涉及的文书"), ("record_document_number", "涉及的文书"), ("record_date", "该文书作出日期"),
    ("record_office", "该文书作出单位"), ("record_by", "该文书作出单位"), ("record_class", "失信程度"),
    ("record_class_reason", "暂定的原因"),
    ("list_label", "名单"), ("original_document", "涉及的原文书"), ("original_number", "涉及的原文书"), ("original_day", "原文书日期"),
    ("original_office", "原文书作出单位"), ("original_case", "原办件编号"),
    ("court", "人民法院"), ("ruling_number", "裁定书文号"), ("plan_kind", "裁定的内容"), ("plan_until", "执行期限至"),
    ("plan_term", "执行期限"), ("masked_records", "暂时屏蔽的信息"),
    ("penalty_change", "处罚决定的变动"), ("effective_on", "变更、撤销的生效日期"), ("public_reason", "公开说明的理由"),
    ("ground_label", "事由"), ("proposed", "拟作出的决定"), ("effects", "处理效果"), ("corrections", "更正的项目"),
    ("measure_label", "惩戒措施"), ("measure_law", "措施依据"), ("measures", "可以实施的措施"), ("interview_kind", "类型"),
    ("imposed_on", "措施开始日期"), ("term_end", "措施结束日期"), ("provider_name", "实施措施的单位"),
    ("receiving_office", "移送至"), ("refer_to", "移送至"), ("referred_to", "移送至"),
    ("filed_day", "申请日期"), ("accepted_day", "受理日期"), ("cease_day", "终止公示日期"),
    ("listed_day", "列入日期"), ("listing_term", "拟列入期限"), ("min_until", "最短公示期届满日"), ("max_until", "最长公示期届满日"),
    ("new_period", "重新计算的期限"), ("apply_from", "可以申请修复的日期"), ("bar_until", "不适用承诺方式修复至"),
    ("new_due_day", "延长后的期限"), ("due_day", "期限届满日"), ("finish_day", "告知处理结果的日期"), ("reply_due_day", "反馈期限"),
    ("supplement_due_day", "补正期限"), ("statement_due_day", "陈述申辩期限"), ("supplement_time", "补正期限"),
    ("statement_time", "陈述申辩期限"), ("rectification_time", "整改期限"), ("report_time", "报送期限"),
    ("promised_day", "承诺期限"), ("meeting_at", "约谈时间"),
    ("moved_from", "原定的约谈时间"), ("decided", "信息提供单位的决定"), ("decided_in", "该决定的文书"), ("decided_on", "该决定的日期"),
    ("decided_office", "作出该决定的单位"), ("centre", "转送的信用中心"),
    ("approved_on", "批准日期"), ("approval_document", "批准文件"), ("legal_bases", "依据"), ("lapse_bases", "逾期终止办理的依据"),
)  # fmt: skip
"""What a letter's fields tell a reader who holds the paper against the page: an altered paper under a genuine QR differs."""
INSTEAD = {"plan_term": "plan_until"}
"""What a letter prints only where it does not print something exacter: told by the same rule."""
OFFICES_SPEAKING = frozenset({"本机关", "本中心", "本单位", "贵单位"})
"""The issuing office's word for itself, and for the one written to, stand for names only within the letter."""
_OWN_NAME = re.compile("本机关|本中心|本单位")
_READER = {"你单位": "该单位", "你户": "该户", "你": "该当事人"}
_PERIODS = {"最短公示期届满日": "min_until", "最长公示期届满日": "max_until"}
COUNTED = {"rows": "条", "list_rows": "个"}
"""Tables of which the page tells how many lines they have, also that there are none."""
KEPT_BACK = frozenset({
    # of a person, or in somebody's own words: for who holds the letter to read, and nobody else
    "subject_name", "subject_code", "record_behaviour", "reason", "gaps", "conditions", "finding", "claimed", "facts", "demands",
    "place", "attendees", "items_to_bring", "interviewers", "recorder", "statement", "undertaking", "matter", "hearing_note",
    "mitigation", "plea", "sanction", "reward_note", "questions", "approved_by", "materials", "file_note", "form_lines", "approvals",
    "signatures", "file_rows", "file_lists", "file_notes",
    # the same in all letters of a kind, of an office or of a law
    "consequence", "remedy_paragraphs", "removal_conditions", "way_out", "contact", "standing_at",
    "apply_at", "platform", "targets", "service_mode", "reported", "office_name",
    "procedure_label", "application", "we", "you", "record_information", "never_public", "plan_name", "approver",
    "may_extend", "term_label", "publicity_result", "asked_to_decide", "commitment",
    # told otherwise, or no part of what is printed
    "outcome_label", "stage_label", "due_clock_label", "due_explain",
})  # fmt: skip
"""What the page does not tell of a letter; every placeholder is either here or in TOLD."""
_IMPERSONAL = re.compile(
    r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[一-龥]{1,12}〔[0-9]{4}〕第?[0-9]{1,6}号|[0-9][0-9,.]{0,9}(?:(?:万|亿)?元|日|个月|年)?"
)


def details(fields: Mapping[str, object], office: str) -> tuple[tuple[str, str], ...]:
    """Return what a letter's fields say, as (what, as the letter says it), in words that hold outside it: whoever reads the page is not
    the addressee, and 本机关 is the `office` that issued the letter."""
    found: dict[str, str] = {}
    for word, label in TOLD:
        said = _said(word, fields.get(word))
        if said and said not in OFFICES_SPEAKING and not fields.get(INSTEAD.get(word, "")):
            found.setdefault(_called(label, fields), _from_outside(said, office))
    return tuple(found.items())


def _called(label: str, fields: Mapping[str, object]) -> str:
    """Return the last days of a list's term are called as the letter calls them (列入期限), not 公示期."""
    term = str(fields.get("term_label") or "")
    return label.replace("公示期", term) if term and label in _PERIODS else label


def _from_outside(said: str, office: str) -> str:
    for word, other in _READER.items():
        said = said.replace(word, other)
    return _OWN_NAME.sub(lambda _: office, said)


def over(said: str, today: date) -> str:
    """Return a day as a letter says it, where it is over; empty where it is not, or where no day is said."""
    numbers = re.fullmatch(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日", said)
    return said if numbers and date(*map(int, numbers.groups())) < today else ""


def _said(word: str, value: object) -> str:
    if not isinstance(value, list):
        return str(value or "")
    if word in COUNTED:
        return f"{len(value)} {COUNTED[word]}"
    if word == "corrections":
        return "；".join(_corrected(*map(str, change[1:4])) for change in value)
    return "、".join(map(str, value))


def _corrected(label: str, old: str, new: str) -> str:
    """Return what a correction says: days, amounts and numbers of documents, by which an altered paper is seen; anything else may be of a
    person and stays on the paper."""
    return f"{label}：“{old}”更正为“{new}”" if _IMPERSONAL.fullmatch(old) and _IMPERSONAL.fullmatch(new) else label
