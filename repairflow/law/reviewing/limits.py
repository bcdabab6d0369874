"""The longest way of a procedure beside the law's own limits: what each article gives, both sums, and why they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.clock_starts import starting_day
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Days, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.paths import WORKING_DAYS_IN, longest
from repairflow.law.procedure.remedy import length
from repairflow.law.reviewing.steps import lengthened

UNREAD = "（条文没有核对）"


@dataclass(frozen=True, slots=True)
class Span:
    """One limit of the longest way beside what an article gives for it; `allowed` is empty where none says a figure.

    Where several limits run in one stage, only those that bind count in a sum: `in_taken`, `in_allowed`.
    """

    label: str
    stages: str
    taken: str
    in_taken: bool
    allowed: str
    in_allowed: bool
    article: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All limits of the longest way, both sums, and why they differ."""

    spans: tuple[Span, ...]
    taken: str
    allowed: str
    explained: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What the law gives for one limit: its length, by how much it may be extended, whether somebody read it, and where."""

    days: Days
    extension: str
    lengths: Mapping[str, int]
    read: bool
    article: str
    extension_article: str


def compared(procedure: Procedure, pack: RulePack) -> Comparison:
    """Return each limit of the longest way beside the law's: that of a clock's own article, else that of the pack."""
    way = longest(procedure)
    states = [one for one in way.states if not procedure.state[one].final]
    on_the_way = [name for name, clock in procedure.clock.items() if set(clock.runs_in) & set(states)]
    running = [name for name in on_the_way if procedure.clock[name].starts_on is None]
    given = {name: one for name in running if (one := _given(procedure, pack, name, states)) is not None}
    counted = _binding(procedure, given, states)
    spans = [span for name in running for span in _spans(procedure, name, states, way.clocks, given, counted)]
    allowed = _allowed(given[name] for name in counted)
    explained = _explained(procedure, states, running, given, spans)
    apart = "".join(_apart(procedure, name) for name in on_the_way if name not in running)
    return Comparison(tuple(spans), _sum(way.lengths), allowed, f"{explained}{apart}")


def _apart(procedure: Procedure, name: str) -> str:
    """Return a limit that only some cases have: beside the sum, not in it."""
    clock = procedure.clock[name]
    figure = length(clock.days) if clock.days is not None else ""
    return f"；“{clock.label}”自{starting_day(procedure, clock)}起{figure}，只约束填写了这一日期的办件，届时须更早办完，不计入合计"


def _allowed(counted: Iterable[_Given]) -> str:
    """Return what the articles give in all: what somebody read apart from what nobody did, which is no figure to add to it."""
    read: dict[str, int] = {}
    unread: dict[str, int] = {}
    for one in counted:
        for unit, count in one.lengths.items():
            sums = read if one.read else unread
            sums[unit] = sums.get(unit, 0) + count
    if not unread:
        return _sum(read) or "没有写明"
    open_ = f"条文没有核对的{_sum(unread)}"
    return f"{_sum(read)}；另有{open_}" if read else open_


def _given(procedure: Procedure, pack: RulePack, name: str, states: Iterable[str]) -> _Given | None:
    """Return a clock whose articles somebody read is the law's own figure; of another the pack may say what a basis lets it take."""
    clock, known = procedure.clock[name], {**pack.basis, **procedure.basis}
    more = _extension(procedure, name, states)
    if clock.days is not None and clock.verified and all(known[one].verified for one in clock.basis):
        basis = more[1] if more is not None else ()
        extends = more[0] if more is not None and all(known[one].verified for one in basis) else None
        lengths = _lengths(clock.days, extends)
        article, longer = _cited(known, clock.basis), _cited(known, basis if extends else ())
        return _Given(clock.days, lengthened(extends) if extends else "", lengths, True, article, longer)
    limit = pack.limit.get(f"{procedure.procedure}_{name}")
    if limit is None:
        return None
    lengths = {limit.days.unit: limit.days.count}
    if limit.extension is not None:
        lengths[limit.extension.unit] = lengths.get(limit.extension.unit, 0) + limit.extension.count
    article, longer = _cited(known, limit.basis), _cited(known, limit.extension_basis if limit.extension else ())
    return _Given(limit.days, length(limit.extension), lengths, limit.verified, article, longer)


def _cited(known: Mapping[str, Basis], bases: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(known[one].citation for one in bases if one in known))


def _spans(
    procedure: Procedure, name: str, states: list[str], taken: Iterable[str], given: Mapping[str, _Given], counted: Iterable[str]
) -> Iterator[Span]:  # fmt: skip
    """Yield a limit, then its extension where it has one."""
    clock, law = procedure.clock[name], given.get(name)
    stages = "／".join(procedure.state[one].label for one in clock.runs_in if one in states)
    mine, laws = name in taken, name in counted
    mark = "" if law is None or law.read else UNREAD
    article = law.article if law is not None else ""
    figure = f"{length(law.days)}{mark}" if law is not None else ""
    yield Span(clock.label, stages, length(clock.days) or "到文书写明的日期", mine, figure, laws, article)
    if (more := _extension(procedure, name, states)) is not None:
        figure = f"{law.extension}{mark}" if law is not None and law.extension else ""
        article = law.extension_article if law is not None else ""
        yield Span(f"{clock.label}的延长", stages, lengthened(more[0]), mine, figure, laws and figure != "", article)


def _binding(procedure: Procedure, given: Mapping[str, _Given], states: Iterable[str]) -> frozenset[str]:
    """Return the law's limits of least total length that run in every stage for which the law gives any; of equals the read ones."""
    covered = {one for one in states if any(one in procedure.clock[name].runs_in for name in given)}
    sets = (frozenset(some) for size in range(len(given) + 1) for some in combinations(given, size))
    whole = [some for some in sets if covered <= {one for name in some for one in procedure.clock[name].runs_in}]

    def worth(names: frozenset[str]) -> tuple[float, int, int]:
        total = sum(WORKING_DAYS_IN[unit] * count for name in names for unit, count in given[name].lengths.items())
        return total, sum(not given[name].read for name in names), len(names)

    return min(whole, key=worth)


def _explained(
    procedure: Procedure, states: list[str], running: Sequence[str], given: Mapping[str, _Given], spans: Sequence[Span]
) -> str:
    """Return why the sums differ: limits the law does not give, limits the product sets inside one that the law gives, and limits
    whose article nobody read; that each has its article is said only where every line above has one."""
    own = [name for name in running if name not in given]
    inside: dict[str, list[str]] = {}
    alone: list[str] = []
    for name in own:
        stages = set(procedure.clock[name].runs_in) & set(states)
        around = next((one for one in given if stages <= set(procedure.clock[one].runs_in)), None)
        label = procedure.clock[name].label
        alone.append(label) if around is None else inside.setdefault(around, []).append(label)
    longer = [
        procedure.clock[name].label for name, law in given.items()
        if not law.extension and _extension(procedure, name, states) is not None
    ]  # fmt: skip
    unread = [procedure.clock[name].label for name, law in given.items() if not law.read]
    dated = [procedure.clock[name].label for name in running if procedure.clock[name].days is None]
    beside = [one.label for one in spans if not one.in_taken and one.label not in dated]
    parts = [
        f"{'、'.join(labels)}在条文给的“{procedure.clock[around].label}”之内，由产品或者地方文件另定"
        for around, labels in inside.items()
    ]
    if alone:
        parts.append(f"没有条文写明期限、按产品默认值或者地方文件计算的：{'、'.join(alone)}")
    if longer:
        parts.append(f"条文没有给延长的：{'、'.join(longer)}")
    if unread:
        parts.append(f"有条文而没有核对的：{'、'.join(unread)}")
    if beside:
        parts.append(f"和同一环节的其他期限同时进行、不另计的：{'、'.join(beside)}")
    if dated:
        parts.append(f"到文书写明的日期为止、没有固定天数、不计入最长办理时间的：{'、'.join(dated)}")
    if not spans:
        return "本程序没有写期限"
    whole = "各项期限都有核对过的条文" if all(one.allowed for one in spans) else "有的期限没有写明条文，见上表"
    return "；".join(parts) or whole


def _extension(procedure: Procedure, clock: str, states: Iterable[str]) -> tuple[Extends, tuple[str, ...]] | None:
    """Return how a limit of these states may be extended, and by which bases; the longest way counts one extension of each."""
    found = (one for one in procedure.action.values() if set(one.from_) & set(states))
    return next(
        ((one.extends, one.basis) for one in found if one.extends is not None and one.extends.clock == clock), None
    )


def _lengths(days: Days, extends: Extends | None) -> dict[str, int]:
    found = {days.unit: days.count}
    for unit in ("working", "calendar", "months"):
        if extends is not None and (count := getattr(extends, unit)) is not None:
            found[unit] = found.get(unit, 0) + count
    return {str(unit): count for unit, count in found.items()}


def _sum(lengths: Mapping[str, int]) -> str:
    return "加".join(f"{lengths[unit]}{name}" for unit, name in UNIT_LABELS.items() if unit in lengths)
