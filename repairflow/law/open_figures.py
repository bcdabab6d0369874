"""The figures that nobody has read yet, by what has to be read and by whom. Pure; docs/law.md prints it (scripts/open_figures.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from repairflow.law.checks.report import RECORD
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Basis, Procedure
from repairflow.law.procedure.packs import SEVERITY_LABELS, RulePack
from repairflow.law.procedure.remedy import UNITS, length

OFFICE = "部署单位：写明本单位规则，由法制审核人员确认"
PLACE = "部署单位：核对本地现行文件"
REVIEWER = "法制审核人员：核对原文，写明条款"
OWN_CHOICE = "产品默认值"
"""How a basis begins that is no text at all: the product's own choice."""
OF_A_PLACE = ("地方", "示例单位", "待本地确认", "由本地", "办事指南")

ON_THE_SPOT = "适用简易程序的处罚"

Line = tuple[Basis, str, str]
"""What a figure rests on, the figure in words, and the version or pack that has it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One text to be read: who must read it, and every figure that rests on it and on nothing that was read."""

    text: str
    who: str
    figures: tuple[str, ...]


def unread(law: Library) -> tuple[Unread, ...]:
    """Every text that must be read, in the order of its name, with its figures."""
    found: dict[str, dict[str, list[str]]] = {}
    for basis, figure, where in _lines(law):
        found.setdefault(basis.citation, {}).setdefault(figure, []).append(where)
    return tuple(
        Unread(
            text,
            _who(text),
            tuple(f"{figure}（{'、'.join(dict.fromkeys(where))}）" for figure, where in figures.items()),
        )
        for text, figures in sorted(found.items())
    )


def as_table(rows: Iterable[Unread]) -> str:
    """The rows as a table of a Markdown page."""
    lines = ["| 须读的文本 | 由谁读 | 依它计算、还没有人读过的数字 |", "|---|---|---|"]
    lines += [f"| {row.text} | {row.who} | {'；'.join(row.figures)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _who(text: str) -> str:
    if text.startswith(OWN_CHOICE):
        return OFFICE
    return PLACE if any(word in text for word in OF_A_PLACE) else REVIEWER


def _lines(law: Library) -> Iterator[Line]:
    for procedure in law.procedures.values():
        known = {**law.statutes, **procedure.basis}
        effects = law.newest[RECORD].action if RECORD in law.newest else {}
        for action in procedure.action.values():
            for effect, names in action.effect_basis.items():
                what = effects[effect].label if effect in effects else effect
                yield from _open(known, names, f"{procedure.label}：“{action.label}”的效果“{what}”", procedure.version)
        for names, figure in _of_procedure(procedure):
            yield from _open(known, names, f"{procedure.label}：{figure}", procedure.version)
    for pack in law.packs.values():
        known = {**law.statutes, **pack.basis}
        base = law.packs.get(pack.over or "")
        inherited = set(_of_pack(base)) if base is not None else set()  # said of the base, not of each field again
        for names, figure in _of_pack(pack):
            if (names, figure) in inherited:
                continue
            yield from _open(known, names, figure, pack.pack)


def _open(known: Mapping[str, Basis], names: Iterable[str], figure: str, where: str) -> Iterator[Line]:
    """One line for each basis, where none of them was read."""
    found = [known[name] for name in names if name in known]
    if not any(basis.verified for basis in found):
        yield from ((basis, figure, where) for basis in found)


def _of_procedure(procedure: Procedure) -> Iterator[tuple[tuple[str, ...], str]]:
    for clock in procedure.clock.values():
        if clock.days is not None:
            yield clock.basis, f"{clock.label}{length(clock.days)}"
    for action in procedure.action.values():
        more = action.extends
        if more is not None:
            parts = ("working", more.working), ("calendar", more.calendar), ("months", more.months)
            figure = "".join(f"{count}{UNITS[unit]}" for unit, count in parts if count is not None)
            yield action.basis, f"{procedure.clock[more.clock].label}延长{figure}"


def _of_pack(pack: RulePack) -> Iterator[tuple[tuple[str, ...], str]]:
    for severity, period in pack.period.items():
        least = f"最短{length(period.minimum)}、" if period.minimum is not None else ""
        yield period.basis, f"{SEVERITY_LABELS[severity]}的公示期{least}最长{length(period.maximum)}"
    for kind in pack.penalty.values():
        yield kind.basis, f"{kind.label}的失信程度{SEVERITY_LABELS[kind.severity]}"
    if pack.simple_procedure is not None:
        yield pack.simple_procedure.class_basis, f"{ON_THE_SPOT}的失信程度{SEVERITY_LABELS['minor']}"
    for one in pack.list_kind.values():
        least = f"最短{length(one.minimum)}、" if one.minimum is not None else ""
        yield one.basis, f"{one.label}{least}最长{length(one.maximum)}"
    for measure in pack.measure.values():
        if measure.term is not None:
            yield measure.basis, f"{measure.label}最长{length(measure.term)}"
    for term in pack.term.values():
        yield term.basis, f"{term.label}{length(term.days)}"
    for remedy in pack.remedy.values():
        if remedy.limit is not None:
            yield remedy.basis, f"{remedy.label}{length(remedy.limit)}"
