"""The closed list of placeholders a letter's text may name: what each is called in Chinese and which shape it has.

What is added here is told by the public's page of verification or kept back by it: `casework.queries.documents.verification`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Shape = Literal["text", "texts", "notes", "changes", "rows"]


class Note(NamedTuple):
    """A labelled remark: a condition with its evidence, a form line with its value."""

    label: str
    note: str


class Change(NamedTuple):
    """One corrected field of a record: its code, its name, what stood there and what stands there now."""

    field: str
    label: str
    old: str
    new: str


class Row(NamedTuple):
    """A line of an index or return sheet: number, what, by whom or how, when, remark."""

    number: str
    name: str
    party: str
    day: str
    remark: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A word of the vocabulary: its Chinese name (shown when it is missing) and the shape of its value."""

    label: str
    shape: Shape = "text"


VOCABULARY: dict[str, Placeholder] = {
    "subject_name": Placeholder("信用主体名称"),
    "subject_code": Placeholder("统一社会信用代码或者证件号码"),
    "case_number": Placeholder("办件编号"),
    "record_document_number": Placeholder("失信信息所依据文书的文号"),
    "record_office": Placeholder("认定单位"),
    "record_date": Placeholder("认定日期"),
    "record_behaviour": Placeholder("失信行为"),
    "filed_day": Placeholder("申请日期"),
    "accepted_day": Placeholder("受理日期"),
    "due_day": Placeholder("届满日"),
    "due_clock_label": Placeholder("期限名称"),
    "due_explain": Placeholder("期限计算说明"),
    "reason": Placeholder("理由"),
    "ground_label": Placeholder("事由"),
    "gaps": Placeholder("需要补正的内容", "texts"),
    "conditions": Placeholder("修复条件及核查情况", "notes"),
    "effects": Placeholder("处理效果", "texts"),
    "penalty_change": Placeholder("处罚决定的变动"),
    "effective_on": Placeholder("变更、撤销的生效日期"),
    "public_reason": Placeholder("公开说明的理由"),
    "cease_day": Placeholder("终止公示日期"),
    "targets": Placeholder("推送对象", "texts"),
    "legal_bases": Placeholder("法律依据", "texts"),
    "lapse_bases": Placeholder("逾期终止办理的依据", "texts"),
    "remedy_paragraphs": Placeholder("救济途径", "texts"),
    "contact": Placeholder("联系方式"),
    "standing_at": Placeholder("现在的公示状况"),
    "finding": Placeholder("核查意见"),
    "decided": Placeholder("信息提供单位的处理决定"),
    "decided_in": Placeholder("写明处理决定的文书"),
    "decided_on": Placeholder("处理决定的日期"),
    "decided_office": Placeholder("作出处理决定的单位"),
    "centre": Placeholder("转送的信用中心"),
    "asked_to_decide": Placeholder("转送时的要求"),
    "corrections": Placeholder("更正内容", "changes"),
    "new_due_day": Placeholder("延长后的届满日"),
    "supplement_due_day": Placeholder("补正期限届满日"),
    "supplement_time": Placeholder("补正期限"),
    "rectification_time": Placeholder("整改期限"),
    "report_time": Placeholder("报送期限"),
    "apply_from": Placeholder("可以申请修复的日期"),
    "apply_at": Placeholder("申请修复的渠道"),
    "min_until": Placeholder("最短公示期届满日"),
    "max_until": Placeholder("最长公示期届满日"),
    "claimed": Placeholder("主张的正确内容"),
    "outcome_label": Placeholder("办理结果"),
    "stage_label": Placeholder("目前环节"),
    # Rectification, interview, listing and service.
    "provider_name": Placeholder("信息提供单位"),
    "questions": Placeholder("协查事项", "texts"),
    "reply_due_day": Placeholder("反馈期限"),
    "facts": Placeholder("事实"),
    "demands": Placeholder("整改要求", "texts"),
    "consequence": Placeholder("逾期后果"),
    "interview_kind": Placeholder("约谈类型"),
    "meeting_at": Placeholder("约谈时间"),
    "moved_from": Placeholder("原定的约谈时间"),
    "place": Placeholder("地点"),
    "attendees": Placeholder("参加人员", "texts"),
    "items_to_bring": Placeholder("需携带的材料", "texts"),
    "interviewers": Placeholder("约谈人员", "texts"),
    "statement": Placeholder("陈述和申辩"),
    "undertaking": Placeholder("承诺事项"),
    "commitment": Placeholder("信用承诺书的文字", "texts"),
    "signatures": Placeholder("签名、盖章的各栏", "texts"),
    "procedure_label": Placeholder("办理程序"),
    "application": Placeholder("申请的名称"),
    "matter": Placeholder("承诺事项名称"),
    "promised_day": Placeholder("承诺期限"),
    "measure_label": Placeholder("惩戒措施"),
    "measure_law": Placeholder("实施措施所依据的法律、法规条款"),
    "imposed_on": Placeholder("措施开始日期"),
    "term_end": Placeholder("措施结束日期"),
    "list_label": Placeholder("名单名称"),
    "listed_day": Placeholder("列入日期"),
    "removal_conditions": Placeholder("移出条件和程序", "texts"),
    "measures": Placeholder("失信惩戒措施", "texts"),
    "statement_due_day": Placeholder("陈述申辩期限届满日"),
    "statement_time": Placeholder("陈述申辩期限"),
    "original_number": Placeholder("原文书文号"),
    "original_day": Placeholder("原文书日期"),
    "original_office": Placeholder("原决定单位"),
    "original_case": Placeholder("原办件编号"),
    "new_period": Placeholder("重新计算的公示期"),
    "bar_until": Placeholder("不适用承诺方式修复的截止日期"),
    "hearing_note": Placeholder("听取意见情况"),
    "mitigation": Placeholder("从轻情节"),
    "court": Placeholder("人民法院"),
    "ruling_number": Placeholder("裁定书文号"),
    "plan_term": Placeholder("重整计划执行期限"),
    "plan_kind": Placeholder("裁定的内容"),
    "plan_name": Placeholder("重整计划或者和解协议"),
    "masked_records": Placeholder("暂时屏蔽的失信信息", "texts"),
    "receiving_office": Placeholder("受移送单位"),
    "rows": Placeholder("目录", "rows"),
    "moment": Placeholder("查询时点"),
    "list_rows": Placeholder("在列的名单", "rows"),
    "file_note": Placeholder("备考"),
    "file_rows": Placeholder("信用档案中的失信信息", "rows"),
    "file_lists": Placeholder("信用档案中的名单", "rows"),
    "file_notes": Placeholder("信用档案中的约谈、信用承诺和自愿申报信息", "rows"),
    "form_lines": Placeholder("填写事项", "notes"),
    "approvals": Placeholder("审批意见", "notes"),
    "materials": Placeholder("材料", "texts"),
    "platform": Placeholder("公示平台"),
    # Who speaks to whom, and what the letter is about, as a sentence says it.
    "we": Placeholder("制发单位的自称"),
    "office_name": Placeholder("制发单位名称"),
    "you": Placeholder("对受文者的称呼"),
    "record_by": Placeholder("认定单位（文中称谓）"),
    "record_document": Placeholder("失信信息所依据的文书"),
    "record_information": Placeholder("失信信息的种类"),
    "record_class": Placeholder("失信程度"),
    "record_class_reason": Placeholder("失信程度暂定的原因"),
    "never_public": Placeholder("信息从不公示（自然人的信息）"),
    "original_document": Placeholder("原文书"),
    "proposed": Placeholder("拟作出的决定"),
    "plea": Placeholder("对所提意见的答复"),
    "way_out": Placeholder("可以采取的办法"),
    "finish_day": Placeholder("告知处理结果的日期"),
    "may_extend": Placeholder("可以延长处理期限"),
    "listing_term": Placeholder("拟列入期限"),
    "publicity_result": Placeholder("认定前公示的结果"),
    "term_label": Placeholder("名单期限的名称（列入期限）"),
    "plan_until": Placeholder("重整计划执行期满日"),
    "refer_to": Placeholder("移送单位"),
    "referred_to": Placeholder("受移送机关"),
    "sanction": Placeholder("对责任单位、责任人员的处理"),
    "reported": Placeholder("反映事项的类别"),
    "reward_note": Placeholder("举报奖励意见"),
    "recorder": Placeholder("记录人"),
    "approver": Placeholder("条文规定的批准人"),
    "approved_by": Placeholder("批准人"),
    "approved_on": Placeholder("批准日期"),
    "approval_document": Placeholder("批准文件"),
    "service_mode": Placeholder("送达方式"),
}
