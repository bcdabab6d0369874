"""What an overlay calls things: it may say them in other words, never as another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from repairflow.law.checks import role_words, step_words
from repairflow.law.checks.label_parts import bare
from repairflow.law.checks.pack_meanings import shared
from repairflow.law.checks.role_words import SUBJECTS
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.roles import role_side

Fault = tuple[str, tuple[str, ...], str]

_LOOSE = "争取|力争|尽量|原则上"
UNBINDING = re.compile(
    r"仅供参考|(?:参考|弹性|估计|预计|大致)(?:性)?(?:时间|期限|时限|天数)|(?:时间|期限|时限)[（(，]?(?:供参考|参考|弹性|可调整)"
    r"|(?:时间|期限|时限)[^。；]{0,4}(?:不(?:作|做)?(?:为)?承诺|不保证)|不保证(?:按时|按期|时限|期限|时间)"
    rf"|(?:{_LOOSE})(?:在|于|按|尽|早|当|不超|[一二三四五六七八九十\d])|(?:{_LOOSE})[^，。；]{{0,6}}(?:办结|办完|完成|答复)"
    rf"|[（(，](?:{_LOOSE}|参考|弹性)(?:[）)]|$)"
)
"""Words by which a limit would bind nobody."""
_OFFICE_DOES = "受理|审核|审查|核查|核对|核实|听取|告知|通知|送达|答复|办理|决定|反馈|接待"
_SUBJECT_DOES = re.compile(
    rf"(?<![向对])(?:{'|'.join(SUBJECTS)})(?:的?(?:期限|时限|时间)"
    rf"|(?:(?!{_OFFICE_DOES})[^，。；]){{0,6}}(?:补正|提交|提出|陈述|申辩|履行|整改|补齐|签字|签署|改正|准备|到场|承诺|纠正)(?!.*(?:{_OFFICE_DOES})))"
)
"""How a limit is called within which the subject has to do something."""
_PEOPLE = "者|分子|人员|人|企业|单位|公司|户|当事人|商户"
BLAME = re.compile(rf"(?:违法|失信|犯罪)(?:{_PEOPLE})(?!的?(?:举报|投诉|线索))|罪犯|被执行|老赖|被告(?!知)|嫌疑")
"""Words by which somebody would be called what no decision has found him to be. The regulations' own words for whoever has a record
(失信主体、失信行为人) are none, nor are those of who reports an offence."""


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
        if (lost := step_words.lost(was, now)) is not None:
            text = f"“{name}”原称“{was}”，改称“{now}”后看不出“{lost}”；本地细化只能换说法，请改正"
            yield "relabel_turns", (table, name), text
        elif (given := step_words.given_up(was, now)) is not None:
            text = f"“{name}”原称“{was}”，改称“{now}”后成了“{given}”，意思颠倒了；本地细化只能换说法，请改正"
            yield "relabel_turns", (table, name), text
        elif step_words.another(was, now):
            text = f"“{name}”原称“{was}”，改称“{now}”，说的是另一件事；本地细化只能换说法，请改正"
            yield "relabel_turns", (table, name), text


def _limits(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    for name, clock in overlay.clock.items():
        whole, label = base.clock.get(name), clock.label or ""
        owner = clock.owner or (whole.owner if whole is not None else "")
        at = ("clock", name)
        if (loose := UNBINDING.search(label)) is not None:
            text = f"期限“{label}”（{name}）写了“{loose[0]}”，看起来不必遵守；期限须照实写明，请改正"
            yield "relabel_turns", at, text
        whose = _SUBJECT_DOES.search(label)
        if whose is not None and owner in base.actor and role_side(owner) == "office":
            word = next(one for one in SUBJECTS if one in whose[0])
            text = f"期限“{label}”（{name}）由机关遵守，名称却像是“{word}”的期限；请改正"
            yield "relabel_turns", at, text


def _roles(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    for role, label in overlay.actor.items():
        was, at = base.actor.get(role, ""), ("actor", role)
        about = f"{was}，{overlay.label}，{base.label}"
        side = role_side(role)
        if side in {"subject", "citizen"} and (blame := BLAME.search(label)) is not None and blame[0] not in about:
            text = f"角色“{role}”原称“{was}”，改称“{label}”，未作决定先已定性（{blame[0]}）；请改用中性的称呼"
            yield "relabel_turns", at, text
        if side == "office" and (business := role_words.business(label)) is not None and business not in was:
            text = f"角色“{role}”原称“{was}”，是机关的岗位，改称“{label}”会让人以为由“{business}”办理；请改正"
            yield "relabel_turns", at, text
        plain = bare(label)
        other = next((one for one, name in base.actor.items() if one != role and name == plain and name != label), None)
        if other is not None:
            text = f"角色“{role}”改称“{label}”，与“{base.actor[other]}”（{other}）只差括号里的字，无法区分；请改名"
            yield "relabel_turns", at, text
