"""What a step, an environment of a case or a paper is called: the things that such names speak of, in all the words offices have for them.

A name of an office's own is another thing only where it speaks of one; words that are in no group here are nobody's, and a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from repairflow.law.checks.label_tone import PLAIN_YES, leaning
from repairflow.law.checks.pack_meanings import shared

THINGS: Mapping[str, tuple[str, ...]] = {
    "intake": ("受理", "立案", "登记", "收件", "接收", "接件", "收文", "收案", "收到", "收取"),
    "supplement": ("补正", "补充材料", "补齐", "补交", "补件", "补办", "补材料", "容缺", "一次性告知"),
    "check": (
        "核查", "调查", "核实", "查验", "检查", "考察", "勘验", "查证", "核验", "查核", "走访", "实地", "协查", "踏勘", "取证", "核对",
        "外业", "证据", "证明",
    ),
    "review": ("审核", "复审", "审查", "审批", "复核", "把关", "审签", "会审", "初审", "审议"),
    "hearing": ("听取", "意见", "陈述", "申辩", "听证", "说明", "答辩"),
    "decision": (
        "批准", "签发", "决定", "审批", "同意", "准予", "签批", "签署", "审签", "审定", "批示", "核准", "准许", "成立", "属实", "查实",
    ),
    "acceptance": ("验收", "复查", "复验", "查验", "核验", "回访", "合格", "达标", "销号"),
    "publication": ("公示", "公开", "公告", "曝光"),
    "consultation": ("会商", "商议", "研讨", "协商"),
    "withdrawal": ("撤回", "撤销", "取消", "放弃", "撤件", "撤诉", "不再", "收回", "停止"),
    "extension": ("延长", "延期", "展期", "顺延", "延展", "延时", "宽限"),
    "transfer": ("移送", "转交", "转送", "转有", "移交", "送交", "转办", "转至", "转由", "移转"),
    "return": ("退回", "发回", "返回", "打回", "发还", "返还", "退件", "重新"),
    "notice": ("告知", "通知", "送达", "函告", "答复", "反馈", "回复", "回函", "协查函", "发函"),
    "pushing": ("同步", "推送", "更新", "下发", "共享", "传送", "归集"),
    "signing": ("签字", "签署", "盖章", "签名"),
    "absence": ("缺席", "未到", "没有到", "不到场"),
    "end": ("办结", "终止", "终结", "结案", "完毕", "停止办理"),
    "confession": ("承认", "认错", "检讨"),
    "reminder": ("催办", "催告", "催促", "督办", "提醒"),
    "burden": ("处罚", "列入", "惩戒", "约谈", "追究", "罚款"),
    "asking": ("申请", "请求", "提出", "提交", "报送", "上报"),
    "appointment": ("改期", "另行安排", "更改时间", "变更时间"),
    "rectification": ("整改", "改正", "纠正"),
    "promise": ("承诺", "守诺", "践诺", "保证"),
    "mandate": ("授权", "委托", "代理"),
}  # fmt: skip
NAMES_NOTHING = frozenset({"asking", "end", "notice"})
"""Things that names of all sorts speak of beside their own: having them in common makes no two names alike."""
KEPT: Mapping[str, re.Pattern[str]] = {
    "撤回": re.compile(r"撤|取消|放弃|不再|收回|终止申请|停止申请"), "延长": re.compile(r"延|展期|宽限|增加[^，。]{0,4}时间"),
    "拟": re.compile(r"拟|建议|初步|初审|意见|呈|报批|报请|提请|待批|待审|提出|预"),
    "退回": re.compile(r"退|返|打回|发[回还]|重新|再|补充|二次"), "逾期": re.compile(r"逾|未|没有|不|超|期满|届满|过期"),
}  # fmt: skip
"""Words of a name that a new one has in one of these ways: they say what becomes of the case."""
PLAIN = frozenset("拟待已中的予不人员期限间办理了及和或者与在以为一件事项其他等材料、，。（）“”()")
"""Signs that stand in names of every sort and say nothing of what is named."""
_REACHED = re.compile(r"(?<![不未])(?:达标|到位|过关)")


def things(label: str) -> frozenset[str]:
    """Return what a name speaks of."""
    return frozenset(thing for thing, words in THINGS.items() if any(word in label for word in words))


def lost(was: str, now: str) -> str | None:
    """Return the word of a name that says what becomes of the case, where a new name has it in no way; None where none is lost."""
    return next((word for word, ways in KEPT.items() if word in was and not ways.search(now)), None)


_GIVES_UP = re.compile(r"放弃|弃权|认罚|自愿接受")


def given_up(was: str, now: str) -> str | None:
    """Return the words of a new name by which somebody gives up what the name so far has him do; None without any."""
    found = None if _GIVES_UP.search(was) or "撤" in was else _GIVES_UP.search(now)
    return found[0] if found is not None else None


def another(was: str, now: str) -> bool:
    """Tell whether a new name speaks of another thing than the name it stands for."""
    alike = bool((set(was) - PLAIN) & set(now))
    before, after = things(was) - NAMES_NOTHING, things(now) - NAMES_NOTHING
    if any(word in was for word in PLAIN_YES) and leaning(was) == 1 and leaning(now) == 0:
        return not alike and not before & after and not _REACHED.search(now)
    said = after if alike else things(now)
    return bool(before) and bool(said) and not before & said and not shared(was, now)
