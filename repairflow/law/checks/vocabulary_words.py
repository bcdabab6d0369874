"""An installation's own roles and outcomes: called what they are, on the side on which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repairflow.law.checks import role_words
from repairflow.law.checks.label_meanings import within
from repairflow.law.checks.label_tone import PARTLY
from repairflow.law.procedure.roles import outcome_label
from repairflow.law.procedure.vocabulary import HARMFUL, REFUSING, Vocabulary, shipped

Fault = tuple[str, tuple[str, ...], str]
GIVING = ("准予", "同意", "批准", "责令退还", "返还", "免除", "成立")
"""Words of an outcome that gives the subject something."""
BURDENS = (
    "停业", "停产", "惩处", "惩戒", "处罚", "罚款", "吊销", "追究", "关闭", "查封", "拘留", "从严", "禁止", "取消资格", "列入",
    "曝光", "下调", "降级", "降低", "通报批评", "黑名单", "没收", "暂停",
)  # fmt: skip
OUTSIDE = re.compile(r"(?:群众|市民)(?!来访|来信|接待|服务|工作)")
"""Words of people that hold no post in an office."""
TAKEN_BACK = ("不", "免", "撤", "解除", "移出", "终止", "转", "移送", "未", "无需")
PROVED = ("查实", "属实", "成立")
"""Words of an outcome that is good for who complained, whatever became of the one complained about."""


def check(own: Vocabulary) -> Iterator[Fault]:
    """Everything called by what it is not."""
    for code, role in own.role.items():
        at, what = ("role", code), f"岗位“{role.label}”（{code}）"
        other = next((one for one in shipped().role.values() if within(one.label, role.label)), None)
        if "系统" in role.label:
            yield "label_turned", at, f"{what}的名称像是系统，实际由人办理；请换一个名称"
        elif role.office is not None and _outside(role.label):
            yield "label_turned", at, f"{what}是机关的岗位（side = {role.side}），名称却像当事人一方；请改正"
        elif role.office is None and role_words.of_office(role.label):
            yield "label_turned", at, f"{what}是当事人一方（side = {role.side}），名称却像机关的岗位；请改正"
        elif other is not None and other.side != role.side:
            text = f"{what}的名称只比随程序的岗位“{other.label}”多一两个字，却不在同一单位；请换一个名称"
            yield "label_turned", at, text
    for code, outcome in own.outcome.items():
        at, what = ("outcome", code), f"办理结果“{outcome.label}”（{code}）"
        refuses = any(word in outcome.label for word in REFUSING) and not any(word in outcome.label for word in HARMFUL)
        if refuses and outcome.side == "neutral":
            yield "label_turned", at, f"{what}说的是不予、驳回，side 却写 neutral；请改为 against，或者改正名称"
        if PARTLY in outcome.label and outcome.side != "against":
            yield "label_turned", at, f"{what}说的是只有一部分得到支持，side 须为 against：其余部分须说明理由、告知救济"
        gives = any(word in outcome.label for word in GIVING) and not refuses and PARTLY not in outcome.label
        if gives and outcome.side != "for":
            yield "label_turned", at, f"{what}说的是有利的结果，side 却写 {outcome.side}；请改正其中之一"
        burden = next((word for word in BURDENS if word in outcome.label), None)
        taken_back = any(word in outcome.label for word in TAKEN_BACK)
        proved = outcome.side == "for" and any(word in outcome.label for word in PROVED)
        if burden is not None and outcome.side != "against" and not taken_back and not proved:
            yield "label_turned", at, f"{what}说的是“{burden}”，side 却写 {outcome.side}；请改为 against，或者改正名称"
        if outcome.label.strip() == outcome_label("refused") and outcome.side != "against":
            yield "label_turned", at, f"{what}是不予受理，side 须为 against"


def _outside(label: str) -> bool:
    """Tell whether a post is called by people or bodies that hold none."""
    return role_words.of_subject(label) or role_words.business(label) is not None or OUTSIDE.search(label) is not None
