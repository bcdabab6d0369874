"""The name of an end and its outcome say the same: statistics, pages and receipts speak by the outcome, people read the name."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.checks.report import Report
from repairflow.law.procedure.roles import outcome_label

WORDS: Mapping[str, tuple[str, ...]] = {
    "granted": ("准予", "准许", "同意", "批准", "修复"),
    "corrected": ("更正", "变更", "改正"),
    "annulled": ("撤销", "撤回"),
    "upheld": ("成立", "属实", "查实", "变更", "支持", "准予", "同意"),
    "removed": ("移出", "退出", "移除"),
    "lifted": ("解除", "终止"),
    "passed": ("合格", "通过", "结束"),
    "performed": ("履行", "完成", "兑现"),
    "rectified": ("整改", "改正", "销号", "补齐"),
    "masked": ("屏蔽",),
    "expired": ("期满", "届满", "到期"),
    "not_listed": ("不列入", "不予列入"),
    "dropped": ("不", "未", "终止", "撤回", "结束", "退回"),
    "answered": ("答复", "回复", "解答"),
    "accepted": ("采纳", "采用", "列入", "采信", "接受"),
    "denied": ("不予", "不准", "暂不", "不同意", "驳回"),
    "refused": ("不予受理", "不受理", "不予登记", "不予办理", "不接收"),
    "maintained": ("维持", "不变"),
    "annotated": ("附注", "加注", "注明"),
    "dismissed": (
        "不成立",
        "不属实",
        "未查实",
        "不实",
        "不予采用",
        "未予采用",
        "查无实据",
        "驳回",
        "不支持",
        "不予",
        "维持",
        "不准",
        "不同意",
    ),
    "partly": ("部分",),
    "listed": ("列入",),
    "revoked": ("撤销", "退出", "取消", "收回"),
    "failed": ("未", "不合格", "拒绝", "不通过", "失败"),
    "escalated": ("转", "移送", "启动", "提出", "升级"),
    "breached": ("违", "未履行", "失信"),
    "unmasked": ("恢复公示",),
    "sanctioned": ("予以处理", "已处理", "给予", "责令", "处罚", "处分", "惩戒"),
    "withdrawn": ("撤", "放弃", "终止审理", "取消", "收回", "不再申请", "停止申请"),
    "lapsed": ("逾期", "超期", "过期", "失效", "超时", "未按", "未在", "没有按", "期满", "届满"),
    "transferred": ("移送", "移交", "转"),
    "terminated": ("终止", "中止"),
    "closed": ("办结", "结束", "改为", "已由", "终结", "完成"),
    "recorded": ("登记", "归档", "存档", "记录"),
    "referred": ("移送", "转", "移交"),
    "ended": ("到期", "期满", "届满", "结束", "不实施", "退出"),
}
"""What ends of each shipped outcome are called by; one of one's own says its own words by its label."""
DISTINCT = (
    "更正", "改正", "撤销", "成立", "属实", "查实", "移出", "退出", "解除", "合格", "履行", "整改", "屏蔽", "列入", "采用", "准予", "维持",
    "附注", "部分", "违背", "恢复公示", "移送", "逾期", "撤回", "届满", "期满", "变更", "不实施",
    "终止", "转入", "不作", "不予",
)  # fmt: skip
"""Words that say of an end which outcome it has: one of these and none of the outcome's own is another outcome."""


def check(report: Report) -> None:
    """Find ends whose name tells of another outcome than the one they carry."""
    p = report.procedure
    if report.is_record:
        return
    for name, state in p.state.items():
        own = WORDS.get(state.outcome or "")
        if own is None or any(word in state.label for word in own):
            continue
        other = next((word for word in DISTINCT if word in state.label), None)
        if other is not None:
            text = f"{report.state(name)}的名称说“{other}”，outcome 却是“{state.outcome}”（{outcome_label(state.outcome or '')}），"
            fitting = [outcome for outcome, words in WORDS.items() if any(word in state.label for word in words)]
            text += f"统计、网页都按 outcome 说；请改正 outcome（{'、'.join(fitting)}）或者名称"
            report.find("outcome_disguises", ("state", name), text)
