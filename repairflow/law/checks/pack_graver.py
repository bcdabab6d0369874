"""A rule pack that is harsher than the one it takes the place of, by articles that nobody has read.

On the same articles nothing may change at all (`pack_followed`); on other articles that somebody read, the law says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from repairflow.law.checks.pack_figures import days_text, longer
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import RANKS, SEVERITY_LABELS, RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
Grew = Literal["longer", "shorter"]

AGAINST: dict[str, Grew] = {
    "review_filing": "shorter", "inaction_review": "shorter", "inaction_suit": "shorter", "inaction_suit_unanswered": "shorter",
    "announcement": "shorter", "inaction_review_wait": "longer", "commitment_bar": "longer", "hearing_lead": "shorter",
}  # fmt: skip
"""By term of a pack: which change weighs on subjects."""
MEND = "；更重的须有核对过的条文，请写明并核对，或者改回"


def check(pack: RulePack, whole: RulePack, old: RulePack) -> Iterator[Fault]:
    """Figures that weigh more on subjects, or leave offices more time, than in `old`, and rest on nothing that somebody read."""
    yield from (fault for steps, fault in _classes(pack, whole, old) if steps > 1)
    said = f"（{old.pack}）"
    for at, what, bases, grew in _lengths(whole, old):
        if not whole.read(bases):
            yield "pack_graver", at, f"{what}由{grew}{said}，所引依据没有人核对{MEND}"
    for code, kind in whole.list_kind.items():
        was = old.list_kind.get(code)
        if was is None or kind.favourable or whole.read(kind.basis):
            continue
        more = [label for key, label in PUBLIC.items() if getattr(kind, key) and not getattr(was, key)]
        if more:
            text = f"名单“{kind.label}”（{code}）增加了{'、'.join(more)}{said}，所引依据没有人核对{MEND}"
            yield "pack_graver", ("list_kind", code), text
    for severity, period in whole.period.items():
        before = old.period.get(severity)
        if before is not None and period.published and not before.published and not whole.read(period.basis):
            text = f"公示期“{SEVERITY_LABELS[severity]}”由不公示改为公示{said}，所引依据没有人核对{MEND}"
            yield "pack_graver", ("period", severity), text


PUBLIC = {"public": "对外公开", "linked": "记入有关责任人员的信用记录", "no_new": "移出的条件"}


def shown(pack: RulePack, whole: RulePack, old: RulePack) -> Iterator[Fault]:
    """Yield what a person is to look at: classes one graver on articles nobody has read, lists used now, articles said to be read."""
    yield from (fault for steps, fault in _classes(pack, whole, old) if steps == 1)
    if old.keeps and whole.keeps:
        added = [one for one in whole.keeps if one not in old.keeps and one in whole.list_kind]
        labels = [whole.list_kind[one].label for one in added if not whole.list_kind[one].favourable]
        if labels:
            text = f"可以使用的名单增加了{'、'.join(labels)}（{old.pack} 不使用）；请核对依据"
            yield "pack_graver", ("keeps",), text
    for code, basis in pack.basis.items():
        if basis.verified and code in old.basis and not old.basis[code].verified:
            text = f"依据“{code}”（{basis.citation}）在 {old.pack} 没有核对，本包写明由{basis.read_by}核对；请另一人对照原文"
            yield "basis_now_read", ("basis", code), text


def _classes(pack: RulePack, whole: RulePack, old: RulePack) -> Iterator[tuple[int, Fault]]:
    """Kinds of penalty in a graver class than before, with how many classes it is."""
    for code, penalty in pack.penalty.items():
        was = old.penalty.get(code)
        steps = RANKS.index(penalty.severity) - RANKS.index(was.severity) if was is not None else 0
        if was is not None and steps > 0 and not whole.read(penalty.basis):
            now, then = SEVERITY_LABELS[penalty.severity], SEVERITY_LABELS[was.severity]
            text = f"处罚类别“{penalty.label}”的失信程度由{then}改为{now}（{old.pack}），所引依据没有人核对；请核对"
            yield steps, ("pack_graver", ("penalty", code), text)


def _lengths(whole: RulePack, old: RulePack) -> Iterator[tuple[Place, str, tuple[str, ...], str]]:
    """Yield every length that changed to the worse: its place, what it is, its bases, and from what to what."""
    yield from _stays(whole, old)
    for code, measure in whole.measure.items():
        if code in old.measure:
            pair = old.measure[code].term, measure.term
            yield from _grown(("measure", code), f"惩戒措施“{measure.label}”的期限", measure.basis, pair)
    for code, limit in whole.limit.items():
        if code in old.limit:
            yield from _grown(
                ("limit", code), f"机关的最长期限“{code}”", limit.basis, (old.limit[code].days, limit.days)
            )
    yield from _terms(whole, old)
    yield from _remedies(whole, old)


def _stays(whole: RulePack, old: RulePack) -> Iterator[tuple[Place, str, tuple[str, ...], str]]:
    """Yield how long records are shown and subjects stand on lists, at least and at most."""
    for severity, period in whole.period.items():
        if (before := old.period.get(severity)) is not None:
            what = f"公示期“{SEVERITY_LABELS[severity]}”的"
            for name, pair in (("最短", (before.minimum, period.minimum)), ("最长", (before.maximum, period.maximum))):
                yield from _grown(("period", severity), f"{what}{name}公示期", period.basis, pair)
    for code, kind in whole.list_kind.items():
        was = old.list_kind.get(code)
        if was is not None and not kind.favourable:
            what = f"名单“{kind.label}”的"
            for name, pair in (("最短", (was.minimum, kind.minimum)), ("最长", (was.maximum, kind.maximum))):
                yield from _grown(("list_kind", code), f"{what}{name}期限", kind.basis, pair)


def _terms(whole: RulePack, old: RulePack) -> Iterator[tuple[Place, str, tuple[str, ...], str]]:
    for code, grew in AGAINST.items():
        if code in whole.term and code in old.term:
            term, shorter = whole.term[code], grew == "shorter"
            pair = (term.days, old.term[code].days) if shorter else (old.term[code].days, term.days)
            yield from _grown(("term", code), f"法定期间“{term.label}”", term.basis, pair, turned=shorter)


def _remedies(whole: RulePack, old: RulePack) -> Iterator[tuple[Place, str, tuple[str, ...], str]]:
    for code, remedy in whole.remedy.items():
        was = old.remedy.get(code)
        if was is None:
            continue
        for name, key, bases in (
            ("期限", "limit", remedy.basis), ("复议后的期限", "after_review", remedy.basis),
            ("没有告知时的期限", "untold", remedy.untold_basis),
        ):  # fmt: skip
            pair = getattr(remedy, key), getattr(was, key)
            yield from _grown(("remedy", code), f"救济途径“{remedy.label}”的{name}", bases, pair, turned=True)


def _grown(
    at: Place, what: str, bases: tuple[str, ...], pair: tuple[Days | None, Days | None], *, turned: bool = False
) -> Iterator[tuple[Place, str, tuple[str, ...], str]]:
    """Yield the change where the second length is more than the first; `turned` where the pair stands new before old."""
    low, high = pair
    if longer(high, low) and low is not None and high is not None:
        was, now = (high, low) if turned else (low, high)
        yield at, what, bases, f" {days_text(was)}改为 {days_text(now)}"
