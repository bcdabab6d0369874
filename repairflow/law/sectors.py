"""What each field (领域) has of its own: lists, measures, behaviours, procedures, beside the general rules. Pure.

The page 各领域规则 shows it, docs/sectors.md prints it (scripts/sectors_page.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.law.procedure.field_rules import Behaviour, LadderStep
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.measure import Measure
from repairflow.law.procedure.packs import SEVERITY_LABELS, ListKind, RulePack
from repairflow.law.procedure.remedy import length

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Sector:
    """One field on one day: its pack, what of it is its own, and the procedures it goes its own way in."""

    domain: str
    pack: RulePack
    lists: Mapping[str, ListKind]  # that its offices may keep
    own_lists: frozenset[str]
    own_measures: Mapping[str, Measure]
    own_behaviours: Mapping[str, Behaviour]
    ladder: Mapping[str, LadderStep]
    overlays: tuple[tuple[str, str, str], ...]  # procedure, its label, what the overlay says of itself

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures its lists may bring, and those of its own."""
        named = {code for kind in self.lists.values() for code in kind.measures}
        return {code: one for code, one in self.pack.measure.items() if code in named or code in self.own_measures}


def sectors(law: Library, day: date) -> tuple[Sector, ...]:
    """Return every field with a national pack or an overlay in force on that day, the general one first."""
    found = {pack.domain for pack in law.packs.values() if pack.jurisdiction == "CN" and pack.covers(day)}
    found |= {one.sector for one in law.overlays.values() if one.sector and one.covers(day)}
    return tuple(sector(law, domain, day) for domain in sorted(found, key=lambda one: (one != GENERAL, one)))


def lists_without_new(law: Library, day: date) -> frozenset[str]:
    """Codes of lists whose entries end by themselves only where no new dishonesty stands (no_new), as some field has them."""
    return frozenset(code for one in sectors(law, day) for code, kind in one.lists.items() if kind.no_new)


def sector(law: Library, domain: str, day: date) -> Sector:
    """Return one field on one day; Refused when no pack covers the day."""
    pack, base = law.pack_on(day, domain), law.pack_on(day)
    kept = pack.keeps or tuple(pack.list_kind)
    own = pack.domain != GENERAL

    def other(table: str) -> frozenset[str]:
        """Codes of what the field's pack has and the general one has not, or has otherwise."""
        mine, theirs = getattr(pack, table), getattr(base, table)
        return frozenset(code for code, one in mine.items() if own and theirs.get(code) != one)

    changed = [
        (overlay.base, law.procedure(overlay.base, overlay.version).label, overlay.summary or overlay.label)
        for overlay in law.overlays.values()
        if overlay.sector == domain and overlay.covers(day)
    ]
    return Sector(
        domain, pack, {code: pack.list_kind[code] for code in kept if code in pack.list_kind}, other("list_kind"),
        {code: pack.measure[code] for code in pack.measure if code in other("measure")},
        {code: pack.behaviour[code] for code in pack.behaviour if code in other("behaviour")},
        pack.ladder, tuple(sorted(changed)),
    )  # fmt: skip


def term(kind: ListKind) -> str:
    """Return how long one stays on a list, in words."""
    least = f"最短{length(kind.minimum)}，" if kind.minimum is not None else ""
    return f"{least}最长{length(kind.maximum)}"


def rules(kind: ListKind, pack: RulePack) -> tuple[str, ...]:
    """Return what a list asks besides its term, in words."""
    said = [
        ("守信名单" if kind.favourable else "失信名单"),
        ("向社会公开" if kind.public else "内部共享，不公开"),
    ]
    if kind.window:
        said.append(f"认定前公示 {kind.window_days} 个工作日")
    if kind.linked:
        said.append("记入有关责任人员的信用记录")
    if kind.opinion:
        said.append("须有第三方意见")
    if kind.spot_check:
        said.append("经电话问询或者现场确认")
    if kind.clean is not None:
        said.append(f"此前{length(kind.clean)}没有失信信息")
    if kind.after:
        said.append("列入前须先" + "、".join(pack.ladder[one].label for one in kind.after if one in pack.ladder))
    if kind.no_new:
        said.append("在列期间有新的失信行为的，期满不自动移出，由认定单位核查")
    if kind.review is not None:
        said.append(f"期满{length(kind.review)}以前开始考评，合格的重新计算期限")
    if kind.yearly:
        said.append(f"每年 {int(kind.yearly[:2])} 月 {int(kind.yearly[3:])} 日统一公布")
    return tuple(said)


def as_table(found: Iterable[Sector], names: Mapping[str, str]) -> str:
    """Return the fields as a table of a Markdown page; `names` are their Chinese names."""
    lines = [
        "| 领域 | 文件说到什么 | 可以使用的名单（* 为本领域自己的） | 自己的措施 | 失信行为 | 程序 |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        lists = "；".join(f"{kind.label}{'*' if code in one.own_lists else ''}" for code, kind in one.lists.items())
        measures = "；".join(m.label for m in one.own_measures.values()) or "—"
        behaviours = (
            "；".join(f"{b.label}（{SEVERITY_LABELS[b.severity]}）" for b in one.own_behaviours.values()) or "—"
        )
        procedures = "；".join(f"{label}：{said}" for _, label, said in one.overlays) or "—"
        said_in = one.pack.said_in or "—"
        lines.append(
            f"| {names.get(one.domain, one.domain)} | {said_in} | {lists} | {measures} | {behaviours} | {procedures} |"
        )
    return "\n".join(lines) + "\n"
