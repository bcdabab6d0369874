"""The figures that nobody has read yet, by what has to be read and by whom. Pure; docs/law.md prints it (scripts/open_figures.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.report import RECORD
from repairflow.law.guards import GUARDS
from repairflow.law.page_figures import PAGE_FIGURES
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import GuardUse, Input, Procedure
from repairflow.law.procedure.packs import SEVERITY_LABELS, ListKind, PenaltyKind, RulePack
from repairflow.law.procedure.remedy import length

OFFICE = "部署单位：写明本单位规则，由法制审核人员确认"
PLACE = "部署单位：核对本地现行文件"
REVIEWER = "法制审核人员：核对原文，写明条款"
OWN_CHOICE = "产品默认值"
"""How a basis begins that is no text at all: the product's own choice."""
OF_A_PLACE = ("地方", "示例单位", "待本地确认", "由本地", "办事指南")

NOWHERE = Basis(cite="产品默认值，待本地确认", verified=False)
"""What a figure rests on that names nothing."""
ON_THE_SPOT = "适用简易程序的处罚"

CONDITION_UNITS: Mapping[str, str] = {"working": "{}个工作日", "at_least": "至少{}次", "below": "不满{}次"}
"""How the numbers of conditions are said, by the name of the parameter."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a file: where it stands there, the names of what it rests on, and how it reads. `whole`: it counts as read
    only where all of them were read."""

    path: tuple[str, ...]
    basis: tuple[str, ...]
    words: str
    whole: bool = False


Line = tuple[Basis, str, str]
"""What a figure rests on, the figure in words, and the version or pack that has it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One text to be read: who must read it, and every figure that rests on it and on nothing that was read."""

    text: str
    who: str
    figures: tuple[str, ...]


def unread(law: Library) -> tuple[Unread, ...]:
    """Return every text that must be read, in the order of its name, with its figures."""
    found: dict[str, dict[str, list[str]]] = {}
    for basis, figure, where in _lines(law):
        found.setdefault(basis.citation, {}).setdefault(figure, []).append(where)
    return tuple(
        Unread(
            text,
            reader_of(text),
            tuple(f"{figure}（{'、'.join(dict.fromkeys(where))}）" for figure, where in figures.items()),
        )
        for text, figures in sorted(found.items())
    )


def as_table(rows: Iterable[Unread]) -> str:
    """Return the rows as a table of a Markdown page."""
    lines = ["| 须读的文本 | 由谁读 | 依它计算、还没有人读过的数字 |", "|---|---|---|"]
    lines += [f"| {row.text} | {row.who} | {'；'.join(row.figures)} |" for row in rows]
    return "\n".join(lines) + "\n"


def reader_of(text: str) -> str:
    """Return who must read a text that nobody has read, or decide where there is none."""
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
                words = f"“{action.label}”的效果“{what}”"
                yield from _open(known, Figure((), names, words), f"{procedure.label}：{words}", procedure.version)
        for figure in figures_of_procedure(procedure):
            yield from _open(known, figure, f"{procedure.label}：{figure.words}", procedure.version)
    for pack in law.packs.values():
        known = {**law.statutes, **pack.basis}
        base = law.packs.get(pack.over or "")
        inherited = (
            set(figures_of_pack(base)) if base is not None else set()
        )  # said of the base, not of each field again
        for figure in figures_of_pack(pack):
            if figure not in inherited:
                yield from _open(known, figure, _of_clock(law, figure), pack.pack)
    for one in PAGE_FIGURES:
        yield Basis(cite=one.text, verified=False), one.words, "页面"


def _of_clock(law: Library, figure: Figure) -> str:
    """Return the figure in words; what a pack says an article gives for a clock (`repair_handling`), with that clock's name."""
    if figure.path[:1] != ("limit",):
        return figure.words
    code = figure.path[1]
    for name, procedure in law.newest.items():
        clock = procedure.clock.get(code.removeprefix(f"{name}_"))
        if clock is not None and code.startswith(f"{name}_"):
            return f"{procedure.label}：条文给的{clock.label}{figure.words}"
    return f"条文给的期限{figure.words}"


def _open(known: Mapping[str, Basis], figure: Figure, words: str, where: str) -> Iterator[Line]:
    """Yield one line for each basis, where none of them was read; of a figure for which no article is named alone, for each that was
    not read."""
    found = [known[name] for name in figure.basis if name in known] or [NOWHERE]
    if figure.whole or not any(basis.verified for basis in found):
        yield from ((basis, words, where) for basis in found if not basis.verified)


def figures_of_procedure(procedure: Procedure) -> Iterator[Figure]:
    """Yield every figure of a procedure version, read or not."""
    for name, clock in procedure.clock.items():
        if clock.days is not None:
            yield Figure(("clock", name, "days"), clock.basis, f"{clock.label}{length(clock.days)}")
    for use in procedure.filing_guards:
        yield from _of_guard(procedure, ("filing_guards",), procedure.filing_basis, "提出", use)
    yield from _of_form(("inputs",), procedure.filing_basis, "提出", procedure.inputs)
    for name, action in procedure.action.items():
        at = ("action", name)
        more = action.extends
        if more is not None:
            parts = ("working", more.working), ("calendar", more.calendar), ("months", more.months)
            figure = "".join(f"{count}{UNIT_LABELS[unit]}" for unit, count in parts if count is not None)
            yield Figure((*at, "extends"), action.basis, f"{procedure.clock[more.clock].label}延长{figure}")
        for use in action.guards:
            yield from _of_guard(procedure, (*at, "guards"), action.basis, action.label, use)
        yield from _of_form((*at, "inputs"), action.basis, action.label, action.inputs)


def _of_guard(
    procedure: Procedure, at: tuple[str, ...], basis: tuple[str, ...], step: str, use: GuardUse
) -> Iterator[Figure]:
    """Yield the numbers a condition is asked with; they are read only where all that the step rests on was read, for no article is
    named for them alone."""
    for key, value in use.parameters.items():
        if isinstance(value, int):
            asked = use.parameters.get("action")
            of = procedure.action[asked].label if isinstance(asked, str) and asked in procedure.action else ""
            unit = CONDITION_UNITS.get(key, key)
            words = f"“{step}”的条件（{GUARDS[use.guard].label}{f'：{of}' if of else ''}）{unit.format(value)}"
            yield Figure((*at, use.guard, key), basis, words, whole=True)


def _of_form(at: tuple[str, ...], basis: tuple[str, ...], step: str, form: Mapping[str, Input]) -> Iterator[Figure]:
    for name, item in form.items():
        bounds = [bound for bound in (item.minimum, item.maximum) if bound is not None]
        if bounds:
            words = f"“{step}”填写的“{item.label}”{'至'.join(map(str, bounds))}"
            yield Figure((*at, name), basis, words, whole=True)


def figures_of_pack(pack: RulePack) -> Iterator[Figure]:
    """Yield every figure of a pack with what it is laid over, read or not."""
    for severity, period in pack.period.items():
        least = f"最短{length(period.minimum)}、" if period.minimum is not None else ""
        words = f"{SEVERITY_LABELS[severity]}的公示期{least}最长{length(period.maximum)}"
        yield Figure(("period", severity), period.basis, words)
    for code, kind in pack.penalty.items():
        yield Figure(
            ("penalty", code),
            kind.basis,
            f"{kind.label}的失信程度{SEVERITY_LABELS[kind.severity]}{_lines_of_fine(kind)}",
        )
    if pack.simple_procedure is not None:
        simple = pack.simple_procedure
        yield Figure(("class",), simple.class_basis, f"{ON_THE_SPOT}的失信程度{SEVERITY_LABELS['minor']}")
        words = f"可以当场决定的罚款：公民{simple.person_wan:g}万元以下，单位{simple.others_wan:g}万元以下"
        yield Figure(("simple_procedure",), simple.basis, words)
    yield from _lengths_of_pack(pack)


def _lengths_of_pack(pack: RulePack) -> Iterator[Figure]:
    for code, one in pack.list_kind.items():
        least = f"最短{length(one.minimum)}、" if one.minimum is not None else ""
        yield Figure(("list_kind", code), one.basis, f"{one.label}{least}最长{length(one.maximum)}{_of_list(one)}")
    for code, measure in pack.measure.items():
        if measure.term is not None:
            yield Figure(("measure", code), measure.basis, f"{measure.label}最长{length(measure.term)}")
    for code, term in pack.term.items():
        yield Figure(("term", code), term.basis, f"{term.label}{length(term.days)}")
    for code, limit in pack.limit.items():
        yield Figure(("limit", code, "days"), limit.basis, length(limit.days))
        if limit.extension is not None:
            words = f"延长{length(limit.extension)}"
            yield Figure(("limit", code, "extension"), limit.extension_basis, words)
    for code, remedy in pack.remedy.items():
        if remedy.limit is not None:
            after = f"、复议决定以后{length(remedy.after_review)}" if remedy.after_review is not None else ""
            yield Figure(("remedy", code), remedy.basis, f"{remedy.label}{length(remedy.limit)}{after}")
        if remedy.untold is not None:
            yield Figure(
                ("remedy", code, "untold"), remedy.untold_basis, f"{remedy.label}没有告知的{length(remedy.untold)}"
            )


def _lines_of_fine(kind: PenaltyKind) -> str:
    low = f"，不满{kind.minor_below_wan:g}万元的轻微" if kind.minor_below_wan is not None else ""
    return low + (f"，{kind.serious_from_wan:g}万元以上的严重" if kind.serious_from_wan is not None else "")


def _of_list(kind: ListKind) -> str:
    """Return what else a list counts: the window before a designation, how long before its end it is reviewed, and the time without bad
    records."""
    window = f"、认定前公示{kind.window_days}个工作日" if kind.window else ""
    review = f"、期满前{length(kind.review)}考评" if kind.review is not None else ""
    return window + review + (f"、此前{length(kind.clean)}没有失信信息" if kind.clean is not None else "")
