"""Which way a label leans: it says no, it says yes, or neither."""

from __future__ import annotations

HARSH = ("不予", "不准", "不同意", "不成立", "驳回", "否决", "拒绝", "查无实据", "未查实", "不属实")
"""Words of a label that say no."""
NO = (
    *HARSH,
    "不合格",
    "未通过",
    "不通过",
    "不受理",
    "撤销",
    "终止",
    "失效",
    "无效",
    "不属实",
    "不采取",
    "不一致",
    "有误",
    "不应存在",
)
PLAIN_YES = ("准予", "同意", "批准", "通过", "合格", "成立", "属实", "查实")
YES = (*PLAIN_YES, "受理", "更正", "移出", "解除", "修复", "免除", "一致", "准确")


PARTLY = "部分"
"""Who gets a part of what was asked for is refused the rest: such an end stands against the subject (vocabulary: partly)."""


def leaning(label: str) -> int:
    """-1 for a label that says no, 1 for one that says yes, 0 for one that says neither, or yes to a part (部分成立)."""
    if PARTLY in label:
        return 0
    if any(word in label for word in NO):
        return -1
    return 1 if any(word in label for word in YES) else 0
