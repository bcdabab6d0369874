"""What each event is called where no procedure names it: of cases, records, letters, subjects and of the installation."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.casework.admin.events import ACTIONS
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.cases.timeline import RECORD_LABELS

LABELS: Mapping[str, str] = {
    **ACTIONS,
    EventName.FILE: "提出",
    EventName.PUSH_TAKEN: "平台的回执",
    EventName.TAKE_INBOUND: "收到平台来文",
    EventName.DECIDE_INBOUND: "处理平台来文",
    EventName.NOTE_CASE: "内部备注",
    EventName.TAKE_BACK_NOTE: "撤回内部备注",
    EventName.ASSIGN_CASE: "分派承办人",
    EventName.BOOK_HEARING: "安排约谈或听证",
    EventName.CANCEL_HEARING: "取消约谈或听证",
    EventName.ASK_HEARING_MOVE: "申请改期",
    EventName.REFUSE_HEARING_MOVE: "不同意改期",
    EventName.ASK_REVEAL: "申请查看举报人身份",
    EventName.ALLOW_REVEAL: "准许查看举报人身份",
    EventName.REVEAL: "查看举报人身份",
    EventName.ERASE_PERSONAL: "删除个人信息",
    EventName.ISSUE_EXTRACT: "出具信用查询单",
    EventName.ISSUE_CREDIT_FILE: "出具信用档案",
    EventName.PRESSED: "生成文书 PDF",
    EventName.WAITS: "文书等待制作",
    EventName.ASK_REMAKE: "要求重新制作文书 PDF",
    EventName.CERTIFICATE_USED: "签名证书首次使用",
    EventName.REVOKE_CERTIFICATE: "登记签名证书吊销",
    EventName.TAKE_BACK_REVOCATION: "撤回签名证书吊销的登记",
    EventName.STAMPED: "日志加盖时间戳",
    EventName.ENTER_ACT: "录入行政行为",
    EventName.PUBLISH_ACT: "公示行政行为",
    EventName.KEEP_ACT: "行政行为留存，不公示",
    EventName.REFUSE_ACT: "不予公示行政行为",
    EventName.WITHDRAW_ACT: "撤下行政行为",
    EventName.ANNUL_ACT: "行政行为被撤销，终止公示",
    EventName.END_ACT: "行政行为失效，终止公示",
    EventName.MARK_ACT: "对行政行为加注异议标注",
    EventName.UNMARK_ACT: "取消行政行为的异议标注",
    EventName.CORRECT_ACT: "更正行政行为信息",
    EventName.NOTE_ACT: "对行政行为附注异议",
    EventName.PUBLISH_LIST: "公布名单",
    EventName.PROPOSE_EXAMPLE: "提请发布案例",
    EventName.PUBLISH_EXAMPLE: "发布案例",
    EventName.REFUSE_EXAMPLE: "不予发布案例",
    EventName.WITHDRAW_EXAMPLE: "撤下案例",
    EventName.RAISE_FINDING: "提出审计意见",
    EventName.ANSWER_FINDING: "答复审计意见",
    EventName.CLOSE_FINDING: "审计意见销号",
    EventName.RETURN_FINDING: "退回审计意见的答复",
    EventName.ENTER_SUBJECT: "登记信用主体",
    EventName.ENTER_SERVICE_BODY: "登记信用服务机构",
    EventName.CHANGE_REGISTRATION: "变更登记事项",
    EventName.TAKE_BACK_REGISTRATION: "撤销登记事项的变更",
    EventName.END_SUBJECT: "信用主体注销",
    EventName.CONSENT: "同意电子送达",
    EventName.WITHDRAW_CONSENT: "撤回电子送达的同意",
    EventName.LOAD_CALENDAR: "载入放假安排",
    EventName.AMEND_CALENDAR: "调整放假安排",
    EventName.CONFIRM_CLOCK: "确认系统时间",
    EventName.REQUIRE_SIGNATURE: "设定签章要求",
    EventName.COMMAND_ID_TAKEN: "重复的请求编号",
    EventName.DIFFERS: "对账不一致",
    EventName.DEMONSTRATION: "演示数据",
    EventName.ASK_STANDING: "查询信用状况",
    EventName.ANSWER_STANDING: "批量查询的结果",
    EventName.FOLLOW_SUBJECTS: "关注信用主体",
    EventName.UNFOLLOW_SUBJECTS: "取消关注",
    EventName.VIEWED: "查看",
    EventName.SIGN_IN: "登录",
    EventName.SIGN_IN_FAILED: "登录未成功",
    EventName.JOB_RETRIED: "重新执行后台任务",
    EventName.JOB_MINDED: "跟进后台任务",
    EventName.JOB_SETTLED: "标记后台任务已处理",
    EventName.BIND_ROWS: "写入记录排入日志",
    **RECORD_LABELS,
}
"""`casework.admin.events` calls changes of the installation so; steps of a procedure, and of a record's life, name themselves."""

STREAMS: Mapping[str, str] = {
    "account": "账号", "act": "许可等信息", "assignment": "承办分派", "body": "服务机构", "calendar": "放假安排", "case": "办件",
    "certificate": "签名证书",
    "doubtful": "待核对的行", "erasure": "个人信息删除", "example": "典型案例", "exchange": "平台交换", "extracts": "公示状况证明",
    "finding": "审计意见", "fines": "罚款界线", "hearing": "约谈和听证", "inquiries": "批量查询", "jobs": "后台任务", "keys": "密钥",
    "law": "规则文件", "list": "名单", "notes": "内部备注", "office": "单位", "outbox": "推送", "press": "文书制作", "record": "信息",
    "release": "版本升级", "rows": "数据登记", "sign-ins": "登录", "stamps": "时间戳", "subject": "信用主体", "system": "系统",
    "target": "平台", "vault": "密封信息",
}  # fmt: skip
"""What a stream of events is about, by the first part of its name."""


def about(stream: str) -> str:
    """Return a stream's name as auditors read it; as it is stored where its first part is no word known here."""
    head, _, rest = stream.partition("/")
    return " ".join(part for part in (STREAMS.get(head, head), rest) if part)
