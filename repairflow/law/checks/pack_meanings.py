"""What entries of a rule pack are called beside what their codes stand for, and beside the entries about them.

The program reads some lists by code: a finding `inaccurate` corrects a record, whatever the list calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.checks.label_meanings import exchanged
from repairflow.law.procedure.ground import REFUSING, Ground, condition_list
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
Words = tuple[tuple[str, ...], tuple[str, ...]]

MEANINGS: Mapping[str, Mapping[str, Words]] = {
    "findings": {
        "accurate": (("准确", "属实", "无误", "一致", "正确"), ("有误", "不准确", "不属实", "不一致", "不正确", "不应")),
        "inaccurate": (("有误", "不准确", "不属实", "不一致", "更正", "错"), ("无误",)),
        "baseless": (("不应", "撤销", "没有依据", "无依据", "不存在"), ()),
        "unverifiable": (("无法", "不能", "难以"), ()),
    },
    "plea_answers": {
        "adopted": (("采纳", "采信"), ("不", "部分")),
        "partly": (("部分",), ("不予",)),
        "not_adopted": (("不予采纳", "不采纳", "不予采信", "不采信"), ("部分",)),
    },
    "remedy_outcomes": {
        "upheld": (("维持",), ("撤销", "变更")),
        "annulled": (("撤销",), ("维持", "驳回")),
        "changed": (("变更",), ("维持",)),
        "withdrawn": (("撤回", "终止"), ("维持",)),
    },
    "provider_decisions": {
        "accurate": (("维持",), ("更正", "撤销")),
        "inaccurate": (("更正",), ("撤销", "部分")),
        "partly": (("部分",), ()),
        "baseless": (("撤销", "删除"), ("维持",)),
        "unverifiable": (("无法", "不能", "难以"), ("更正",)),
    },
    "plan_kinds": {"reorganisation": (("重整",), ("和解",)), "composition": (("和解",), ("重整",))},
    "list_removal_occasions": {"application": (("申请", "最短"), ("届满",)), "expiry": (("届满", "期满"), ("最短",))},
}  # fmt: skip
"""By list and code that the program reads: words of which the name has one, and words it has not."""
EMPTY = frozenset("的了未已不没有无或者和与及、，。；")
NEGATING = ("未", "不", "没有", "无", "非", "违")
FAVOURABLE, ADVERSE = ("守信", "红名单"), ("失信", "黑名单", "警示", "重点关注")
NAMED = ("list_kind", "measure", "penalty", "remedy", "behaviour", "ladder")
"""Tables whose entries have names that forms and letters show."""


def check(pack: RulePack, whole: RulePack, others: Iterable[RulePack]) -> Iterator[Fault]:
    """Everything called by the opposite of what it is; `others` are packs that say what codes have stood for so far."""
    for name, meant in MEANINGS.items():
        for code, words in meant.items():
            item = pack.lists.get(name, {}).get(code)
            if item is not None and item.label.strip():
                yield from _meant(name, code, item.label, words)
                if (wrong := next((word for word in words[1] if word in item.text), None)) is not None:
                    text = f"清单“{name}”的“{item.label}”（{code}）的用语写了“{wrong}”，与名称意思不符；请改正 text"
                    yield "label_turned", ("lists", name, code), text
    for other in others:
        yield from _exchanged(pack, other)
    for code, kind in pack.list_kind.items():
        turned = next((word for word in (ADVERSE if kind.favourable else FAVOURABLE) if word in kind.label), None)
        if turned is not None:
            side = "守信名单（favourable = true）" if kind.favourable else "失信名单"
            text = f"名单“{kind.label}”（{code}）是{side}，名称却写“{turned}”；请改正其中之一"
            yield "label_turned", ("list_kind", code), text
    for name, items in pack.lists.items():
        yield from _texts(name, items)
        conditions = whole.lists.get(condition_list(name) or "", {})
        if conditions:
            yield from _denies(name, items, conditions)


def _meant(name: str, code: str, label: str, words: Words) -> Iterator[Fault]:
    wanted, barred = words
    wrong = next((word for word in barred if word in label), None)
    if wrong is not None or not any(word in label for word in wanted):
        why = f"写了“{wrong}”" if wrong is not None else f"没有提到{'、'.join(wanted)}"
        text = f"清单“{name}”的“{code}”由程序按代码办理，名称“{label}”却{why}，意思不符；请改正名称"
        yield "label_turned", ("lists", name, code), text


def _exchanged(pack: RulePack, other: RulePack) -> Iterator[Fault]:
    """Names, sentences and denied conditions that the other pack gives to another entry of the same table."""
    for table in NAMED:
        now, was = ({code: one.label for code, one in getattr(p, table).items()} for p in (pack, other))
        for code, owner in exchanged(now, was):
            text = f"[{table}] 的“{code}”改称“{now[code]}”，这在 {other.pack} 是“{owner}”的名称，意思颠倒了；请改正"
            yield "label_turned", (table, code), text
    for name, items in pack.lists.items():
        known = other.lists.get(name, {})
        for field, called in (("label", "名称"), ("text", "用语")):
            now, was = ({code: getattr(one, field) for code, one in some.items()} for some in (items, known))
            for code, owner in exchanged(now, was):
                text = f"清单“{name}”的“{code}”的{called}是 {other.pack} 中“{owner}”的，意思颠倒了；请改正"
                yield "label_turned", ("lists", name, code), text
        for code, item in items.items():
            before = known.get(code)
            if before is not None and before.label != item.label and _negated(before.label) != _negated(item.label):
                text = f"清单“{name}”的“{code}”在 {other.pack} 中称“{before.label}”，本包称“{item.label}”，是与否颠倒了；请改正"
                yield "label_turned", ("lists", name, code), text
            if before is None or before.label != item.label or None in (before.denies, item.denies):
                continue
            if set(before.denies or ()) != set(item.denies or ()):
                was_denied, denied = ("、".join(one.denies or ()) or "无" for one in (before, item))
                text = f"清单“{name}”的“{item.label}”（{code}）在 {other.pack} 中说明不符合的条件是 {was_denied}，本包是 {denied}"
                yield "ground_denies", ("lists", name, code), f"{text}；请改正 denies，或者另设一项事由"


def _texts(name: str, items: Mapping[str, Ground]) -> Iterator[Fault]:
    """Sentences that have come to stand with the name of another item."""
    for code, item in items.items():
        refusing = name.endswith(REFUSING)
        if refusing and item.text.strip() and "未" in item.label and not _negated(item.text):
            text = f"清单“{name}”的“{item.label}”（{code}）的用语“{item.text}”与名称相反；请改正 text"
            yield "label_turned", ("lists", name, code), text
        if not item.text.strip() or shared(item.label, item.text):
            continue
        fits = next((one for one, other in items.items() if one != code and shared(other.label, item.text) > 1), None)
        if fits is not None:
            text = f"清单“{name}”的“{item.label}”（{code}）的用语写的是“{items[fits].label}”（{fits}）；请改正 text"
            yield "label_turned", ("lists", name, code), text


def _denies(name: str, items: Mapping[str, Ground], conditions: Mapping[str, Ground]) -> Iterator[Fault]:
    """Grounds that deny another condition than the one they speak of."""
    for code, item in items.items():
        words = f"{item.label}。{item.text}"
        fit = {one: shared(condition.label, words) for one, condition in conditions.items()}
        best = max(fit, key=lambda one: fit[one])
        at, what = ("lists", name, code), f"清单“{name}”的“{item.label}”（{code}）"
        spoken = f"“{conditions[best].label}”（{best}）"
        for denied in item.denies or ():
            if denied in fit and fit[denied] == 0 and fit[best] > 1:
                text = (
                    f"{what}的 denies 写的是“{conditions[denied].label}”（{denied}），说的却是{spoken}；请改正 denies"
                )
                yield "ground_denies", at, text
        if item.denies == () and fit[best] > 1 and 2 * fit[best] >= len(_pairs(conditions[best].label)):
            yield "ground_denies", at, f"{what}说的是{spoken}不符合，denies 却是空的；请写 denies"


def _negated(text: str) -> bool:
    return any(word in text for word in NEGATING)


def shared(one: str, other: str) -> int:
    """Return how many pairs of signs that mean something two texts have in common."""
    return len(_pairs(one) & _pairs(other))


def _pairs(text: str) -> set[str]:
    """Two signs that stand side by side, but for those that mean nothing alone."""
    return {text[i : i + 2] for i in range(len(text) - 1) if not EMPTY & set(text[i : i + 2])}
