"""What an overlay calls things: it may say them in other words, never as another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from repairflow.law.checks.label_meanings import SUBJECT_WORDS
from repairflow.law.checks.label_tone import leaning
from repairflow.law.checks.pack_meanings import shared
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.roles import role_side

Fault = tuple[str, tuple[str, ...], str]

PLAIN = frozenset("拟待已中的予不人员期限间办理了及和或者与在以为一件事项其他等材料、，。（）“”()")
"""Signs that stand in names of every sort and say nothing of what is named."""
ALIKE = (
    ("听取", "意见", "陈述", "申辩", "听证"), ("核查", "调查", "核实", "查验", "检查", "考察"), ("审核", "复审", "审查", "审批", "复核"),
    ("批准", "签发", "决定", "审批", "同意", "准予"), ("受理", "立案", "登记", "收件"),
)  # fmt: skip
"""Words that offices use for one step."""
STILL = {
    "撤回": ("撤回", "撤销", "取消", "放弃"), "延长": ("延长", "延期", "展期"), "拟": ("拟",), "退回": ("退回", "发回", "返回"),
    "告知": ("告知", "通知", "送达"), "补正": ("补正", "补充", "补齐", "补交"), "逾期": ("逾期", "未按期", "期满", "届满", "超期"),
}  # fmt: skip
"""Words of a name that a new one has in one of these ways: they say what becomes of the case."""
UNBINDING = re.compile(r"参考|仅供|不作(?:为)?承诺|不保证|不承诺|争取|力争|尽量|原则上|弹性")
"""Words by which a limit would bind nobody."""
BLAME = re.compile(r"违法|失信(?!信息|记录)|犯罪|被执行|老赖|被告|嫌疑")
BUSINESS = re.compile(r"公司|企业|中介|代办|机构代理|商会")
ASIDE = re.compile(r"[（(][^）)]*[）)]")


def check(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    """Everything that an overlay calls by another thing's name."""
    for table, said, known in (
        ("state", {n: s.label for n, s in overlay.state.items()}, {n: s.label for n, s in base.state.items()}),
        ("action", {n: a.label for n, a in overlay.action.items()}, {n: a.label for n, a in base.action.items()}),
        ("material", {n: m.label for n, m in overlay.material.items()}, {n: m.label for n, m in base.material.items()}),
    ):
        yield from _renamed(table, said, known)
    yield from _limits(overlay, base)
    yield from _roles(overlay, base)
    about = f"{base.label}。{base.summary}".replace("办理", "")
    if overlay.summary is not None and not shared(overlay.summary.replace("办理", ""), about):
        text = f"办事指南的概述（summary）说的不是“{base.label}”的事：{overlay.summary}；请改正"
        yield "relabel_turns", ("summary",), text


def _renamed(table: str, said: Mapping[str, str | None], known: Mapping[str, str]) -> Iterator[Fault]:
    for name, now in said.items():
        was = known.get(name)
        if was is None or now is None or not now.strip() or now == was:
            continue
        lost = next((word for word, ways in STILL.items() if word in was and not any(one in now for one in ways)), None)
        if lost is not None and not any({lost} & set(group) and any(one in now for one in group) for group in ALIKE):
            text = f"“{name}”原称“{was}”，改称“{now}”后看不出“{lost}”；本地细化只能换说法，请改正"
            yield "relabel_turns", (table, name), text
        elif not _alike(was, now) or (leaning(was) == 1 and leaning(now) == 0 and not set(was) & set(now) - PLAIN):
            text = f"“{name}”原称“{was}”，改称“{now}”，说的是另一件事；本地细化只能换说法，请改正"
            yield "relabel_turns", (table, name), text


def _alike(was: str, now: str) -> bool:
    meant = set(was) - PLAIN
    if not meant or meant & set(now):
        return True
    return any(any(word in was for word in group) and any(word in now for word in group) for group in ALIKE)


def _limits(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    for name, clock in overlay.clock.items():
        whole, label = base.clock.get(name), clock.label or ""
        owner = clock.owner or (whole.owner if whole is not None else "")
        at = ("clock", name)
        if (loose := UNBINDING.search(label)) is not None:
            text = f"期限“{label}”（{name}）写了“{loose[0]}”，看起来不必遵守；期限须照实写明，请改正"
            yield "relabel_turns", at, text
        whose = next((word for word in SUBJECT_WORDS if word in label), None)
        if whose is not None and owner in base.actor and role_side(owner) == "office":
            text = f"期限“{label}”（{name}）由机关遵守，名称却像是“{whose}”的期限；请改正"
            yield "relabel_turns", at, text


def _roles(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    for role, label in overlay.actor.items():
        was, at = base.actor.get(role, ""), ("actor", role)
        side = role_side(role)
        if side in {"subject", "citizen"} and (blame := BLAME.search(label)) is not None and blame[0] not in was:
            text = f"角色“{role}”原称“{was}”，改称“{label}”，未作决定先已定性（{blame[0]}）；请改用中性的称呼"
            yield "relabel_turns", at, text
        if side == "office" and (business := BUSINESS.search(label)) is not None and business[0] not in was:
            text = f"角色“{role}”原称“{was}”，是机关的岗位，改称“{label}”会让人以为由“{business[0]}”办理；请改正"
            yield "relabel_turns", at, text
        bare = ASIDE.sub("", label).strip()
        other = next((one for one, name in base.actor.items() if one != role and name == bare and name != label), None)
        if other is not None:
            text = f"角色“{role}”改称“{label}”，与“{base.actor[other]}”（{other}）只差括号里的字，无法区分；请改名"
            yield "relabel_turns", at, text
