"""A procedure laid out for the lawyer who signs it: one row a step, limit, ground and remedy, with what each rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.law.guards import GUARDS
from repairflow.law.procedure.model import Action, Basis, Extends, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.paths import longest
from repairflow.law.procedure.remedy import UNITS, length

FROM_SERVICE = "，自文书送达起算"


@dataclass(frozen=True, slots=True)
class Cited:
    """One basis as the table shows it; `open` where nobody has read it, or it must be read again."""

    citation: str
    says: str
    source: str
    read: str  # by whom, when
    signed_by: str
    open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `condition` and what follows are empty where it has none."""

    section: str
    what: str
    who: str = ""
    condition: str = ""
    figure: str = ""
    letter: str = ""
    effect: str = ""
    cited: tuple[Cited, ...] = ()

    @property
    def open(self) -> bool:
        """Whether anything of this line still has to be read by somebody."""
        return not self.cited or any(one.open for one in self.cited)


@dataclass(frozen=True, slots=True)
class Span:
    """One limit of the longest way beside what a basis gives for it; `allowed` is empty where no basis says a figure."""

    label: str
    taken: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Review:
    """All of it, with the digests over which one signs."""

    procedure: Procedure
    pack: RulePack
    rows: tuple[Row, ...]
    spans: tuple[Span, ...]
    taken: str
    allowed: str
    explained: str

    @property
    def open_rows(self) -> int:
        return sum(row.open for row in self.rows)


def review(procedure: Procedure, pack: RulePack, life: Procedure, letters: Mapping[str, str], today: date) -> Review:
    """The table of one version under one pack; `letters` are the titles by kind, `life` the record's own procedure."""
    table = _Table(procedure, pack, life, letters, today)
    spans, taken, allowed, explained = _spans(procedure, pack)
    return Review(procedure, pack, tuple(table.rows()), spans, taken, allowed, explained)


@dataclass(frozen=True, slots=True)
class _Table:
    procedure: Procedure
    pack: RulePack
    life: Procedure
    letters: Mapping[str, str]
    today: date

    def rows(self) -> Iterator[Row]:
        yield from (self._step(action) for action in self.procedure.action.values())
        for clock in self.procedure.clock.values():
            figure = length(clock.days) if clock.days is not None else "到文书写明的日期"
            figure += FROM_SERVICE if clock.starts == "served" else ""
            overdue = self.procedure.action.get(clock.overdue)
            after = overdue.label if overdue is not None else "督办"
            who = self.procedure.actor.get(clock.owner, clock.owner)
            yield Row("期限", clock.label, who, figure=figure, effect=f"届满：{after}", cited=self._cited(clock.basis))
        for action in self.procedure.action.values():
            if action.extends is not None:
                label = self.procedure.clock[action.extends.clock].label
                yield Row(
                    "延长", f"{action.label}：{label}", figure=_more(action.extends), cited=self._cited(action.basis)
                )
        for severity, period in self.pack.period.items():
            if self.procedure.subject == "record":
                shortest = length(period.minimum) or "无"
                figure = f"最短{shortest}，最长{length(period.maximum)}"
                yield Row("公示期", {"minor": "轻微", "ordinary": "一般", "serious": "严重"}[severity], figure=figure,
                          cited=self._cited(period.basis))  # fmt: skip
        yield from self._grounds()
        yield from self._remedies()

    def _step(self, action: Action) -> Row:
        return Row(
            "步骤", action.label,
            who="、".join(self.procedure.actor.get(role, role) for role in action.by),
            condition="；".join(GUARDS[use.guard].label for use in action.guards if use.guard in GUARDS),
            letter=self.letters.get(action.letter or "", ""),
            effect="；".join(self.life.action[one].label for one in action.effects if one in self.life.action),
            cited=self._cited(action.basis),
        )  # fmt: skip

    def _grounds(self) -> Iterator[Row]:
        for name, action in self.procedure.action.items():
            if action.reason == "code":
                for ground in self.pack.lists.get(self.procedure.ground_list(name), {}).values():
                    yield Row(
                        "事由",
                        f"{action.label}：{ground.label}",
                        condition=ground.text,
                        cited=self._cited(ground.basis),
                    )

    def _remedies(self) -> Iterator[Row]:
        for name in dict.fromkeys(one for action in self.procedure.action.values() for one in action.remedy):
            if (one := self.pack.remedy.get(name)) is not None:
                figure = length(one.limit)
                untold = f"没有告知的，最长{length(one.untold)}" if one.untold is not None else ""
                cited = self._cited((*one.basis, *one.untold_basis))
                yield Row("救济", one.label, condition=one.in_words({}), figure=figure, effect=untold, cited=cited)

    def _cited(self, names: Iterable[str]) -> tuple[Cited, ...]:
        known: Mapping[str, Basis] = {**self.pack.basis, **self.procedure.basis}
        found = (known[name] for name in names if name in known)
        return tuple(
            Cited(
                one.citation, one.says, one.source, f"{one.read_by}，{one.read_on}" if one.read_by else "",
                one.signed_by, not one.verified or overdue(one, self.today),
            )
            for one in found
        )  # fmt: skip


def overdue(basis: Basis, today: date) -> bool:
    """Whether an article is no longer in force, or was to be read again by now."""
    return any(day is not None and day < today for day in (basis.valid_to, basis.recheck_by))


def _more(extends: Extends) -> str:
    found = ("working", extends.working), ("calendar", extends.calendar), ("months", extends.months)
    return "、".join(f"{count}{UNITS[unit]}" for unit, count in found if count is not None)


def _spans(procedure: Procedure, pack: RulePack) -> tuple[tuple[Span, ...], str, str, str]:
    """Each limit of the longest way beside the law's own, each with its extension, both sums, and why they differ."""
    way = longest(procedure)
    spans: list[Span] = []
    given: dict[str, int] = {}
    without: list[str] = []
    unread = False
    for name, clock in procedure.clock.items():
        if not set(clock.runs_in) & set(way.states):
            continue
        limit = pack.limit.get(f"{procedure.procedure}_{name}")
        parts = [(clock.label, length(clock.days) or "到文书写明的日期", limit.days if limit else None)]
        if more := _extension(procedure, name, way.states):
            parts.append((f"{clock.label}的延长", _more(more), limit.extension if limit else None))
        for label, taken, allowed in parts:
            mark = "（条文没有核对）" if limit is not None and not limit.verified else ""
            spans.append(Span(label, taken, f"{length(allowed)}{mark}" if allowed else ""))
            if allowed is None:
                without.append(label)
            else:
                given[allowed.unit] = given.get(allowed.unit, 0) + allowed.count
                unread = unread or mark != ""
    explained = (
        f"没有条文写明期限、按产品默认值或者地方文件计算的：{'、'.join(without)}"
        if without
        else "各项期限都有对应的条文"
    )
    total = _sum(given)
    return (
        tuple(spans),
        _sum(way.lengths),
        f"{total}{'（含没有核对的）' if unread else ''}" if total else "没有写明",
        explained,
    )


def _extension(procedure: Procedure, clock: str, states: Iterable[str]) -> Extends | None:
    """How a limit of these states may be extended; the longest way counts one extension of each."""
    found = (one.extends for one in procedure.action.values() if set(one.from_) & set(states))
    return next((one for one in found if one is not None and one.clock == clock), None)


def _sum(lengths: Mapping[str, int]) -> str:
    return "加".join(f"{count}{UNITS[unit]}" for unit, count in lengths.items())
