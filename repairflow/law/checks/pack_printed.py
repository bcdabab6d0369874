"""Sentences of a rule pack that letters print about what will follow, and grounds that ask for what no law asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repairflow.law.checks import contact_words, ground_words
from repairflow.law.checks.contact_words import warned
from repairflow.law.checks.label_tone import leaning
from repairflow.law.checks.pack_meanings import shared
from repairflow.law.procedure.ground import DECIDING, Ground
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]

SANCTIONS = re.compile(r"拘留|逮捕|刑事|吊销|罚款|停业|停产|关闭|没收|强制执行|禁入|严重失信|黑名单|查封|冻结|处罚")
"""Words of consequences that only a statute attaches to anything."""
NEVER_AGAIN = re.compile(r"(?:不再|不得再|不能再|不会)[^。；，]{0,6}(?:受理|申请|提出)|今后[^。；，]{0,4}不")
AGENTS = re.compile(r"代办|中介|咨询公司|修复公司|修复机构|服务公司|付费|有偿")
LAWFUL = re.compile(
    r"^(?:依法|守法|诚信|合法|按时|如期|及时|主动)(?:合规)?(?:经营|纳税|履行|缴纳|整改|公示|申报|生产|守信|报告|纠正)[^未不没拒逾假违虚瞒漏欠]{0,8}$"
)
"""What is done as it has to be: no behaviour anybody is listed for."""
ANYTHING = re.compile(r"^(?:其他|其它)(?:失信|不良|违法|违规)?(?:行为|情形|情况)?$")


def check(pack: RulePack) -> Iterator[Fault]:
    """Everything wrong with what letters announce, with grounds and behaviours, and with where people are sent."""
    yield from _consequences(pack)
    yield from _proposals(pack)
    for name, items in pack.lists.items():
        for code, item in items.items():
            at: Place = ("lists", name, code)
            what = f"清单“{name}”的“{item.label}”（{code}）"
            if name.endswith(DECIDING):
                yield from _ground(at, what, item, denies=name.endswith("_deny_grounds"))
            yield from _sent(at, what, item.where_to_go)
            yield from _sent(at, what, item.on_the_spot)
    for code, behaviour in pack.behaviour.items():
        at, what = ("behaviour", code), f"失信行为“{behaviour.label}”（{code}）"
        if ANYTHING.match(behaviour.label.strip()):
            yield "pack_list_open", at, f"{what}什么都能装进去，失信行为清单就不是封闭的了；请写明具体行为"
        if LAWFUL.match(behaviour.label.strip()):
            yield "label_turned", at, f"{what}说的是守信的行为，不能作为失信行为；请写明违反了什么"
        yield from _used(at, what, behaviour.label)
        yield from _origin(at, what, behaviour.label)
    for code, measure in pack.measure.items():
        yield from _origin(("measure", code), f"惩戒措施“{measure.label}”（{code}）", measure.label)
    for code, remedy in pack.remedy.items():
        yield from _sent(("remedy", code), f"救济途径“{remedy.label}”（{code}）", remedy.text)
    for situation, rule in pack.review_first.items():
        yield from _sent(("review_first", situation), f"是否先申请复议“{rule.label}”（{situation}）", rule.text)
    yield from _sent(("repair_at",), "申请修复的地方（repair_at）", pack.repair_at)
    if contact_words.business("", pack.repair_at) is not None:
        text = f"申请修复的地方（repair_at）写了公司（{pack.repair_at}）；修复只向机关提出，请写机关的网站或者窗口"
        yield "sent_to_agents", ("repair_at",), text


def _consequences(pack: RulePack) -> Iterator[Fault]:
    for code, item in pack.lists.get("consequences", {}).items():
        sanction = SANCTIONS.search(item.text)
        if sanction is not None and not pack.read(item.basis):
            text = f"后果“{item.label}”（{code}）写了“{sanction[0]}”，却没有核对过的条文；文书不能这样告知，请写明依据或者删去"
            yield "figure_without_basis", ("lists", "consequences", code), text


def _proposals(pack: RulePack) -> Iterator[Fault]:
    """Yield what a notice says is going to be decided is what its entry is called."""
    for code, item in pack.lists.get("proposals", {}).items():
        called = item.label.strip().removeprefix("拟")
        tones = leaning(called), leaning(item.text)
        if item.text.strip() and (not shared(called, item.text) or tones[0] * tones[1] < 0):
            text = f"拟作出的决定“{item.label}”（{code}）的用语“{item.text}”说的是另一件事；当事人无从陈述，请改正 text"
            yield "label_turned", ("lists", "proposals", code), text


def _ground(at: Place, what: str, item: Ground, *, denies: bool) -> Iterator[Fault]:
    words = f"{item.label}。{item.text}"
    if (liking := ground_words.AT_WILL.search(words)) is not None:
        yield "pack_list_open", at, f"{what}写了“{liking[0]}”，不是法定的情形，而是机关自己的意见；请写明具体情形"
    if denies:
        yield from _used(at, what, words)
    elif (turned := ground_words.turned_away(words)) is not None:
        yield "rights_waived", at, f"{what}写了“{turned}”，行使权利不能成为不予受理的理由；请删去"


def _used(at: Place, what: str, words: str) -> Iterator[Fault]:
    """Nobody is worse off for having turned to somebody."""
    if (used := ground_words.right_used(words)) is not None:
        yield "rights_waived", at, f"{what}写了“{used}”，行使权利不能成为不利于当事人的理由；请删去"


def _origin(at: Place, what: str, words: str) -> Iterator[Fault]:
    """Nobody is worse off for where he comes from."""
    if (foreign := ground_words.from_elsewhere(words)) is not None:
        yield "rights_waived", at, f"{what}写了“{foreign}”，不能因为来自何地而区别对待；请写明是什么行为，或者删去"


def _sent(at: Place, what: str, text: str) -> Iterator[Fault]:
    found = next((one for one in AGENTS.finditer(text) if not warned(text[: one.start()])), None)
    if found is not None:
        yield "sent_to_agents", at, f"{what}写了“{found[0]}”，办理不经代办、不收费用；请写向哪个机关提出"
    if (never := NEVER_AGAIN.search(text)) is not None:
        yield "rights_waived", at, f"{what}告知去处写了“{never[0]}”，当事人的权利不能因此减少；请删去"
