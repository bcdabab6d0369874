"""Remedies (救济期限): the day on which a letter counts as served, and the last days of what its service starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from repairflow.casework.context import Services
from repairflow.casework.documents import issuing_step
from repairflow.law.calendar.periods import Period
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.procedure.model import Days, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import Remedy, length
from repairflow.law.remedies_of_acts import IN_LAW, favours
from repairflow.letters.text.templates import template
from repairflow.records import cases, record
from repairflow.records.rows import LetterRow, ServiceRow

PUBLIC_NOTICE = "announcement"
"""The mode of service, and the term of the rule pack after which it takes effect."""


@dataclass(frozen=True, slots=True)
class RemedyEnd:
    """The last day of a remedy; `verified` says whether somebody has held the figure against the law's text, `told`
    whether the letter named the limit: where it did not, the law gives the longer one."""

    label: str
    day: date
    verified: bool
    told: bool = True
    cites: tuple[str, ...] = ()


def effective_day(mode: str, served_on: date, pack: RulePack) -> date:
    """Return the day on which a letter counts as served: the day itself, or the end of an announcement's time."""
    if mode != PUBLIC_NOTICE:
        return served_on
    return after(served_on, pack.term[PUBLIC_NOTICE].days)


def remedy_ends(
    pack: RulePack, served_on: date, calendar: Calendar, said: Sequence[str] | None = None
) -> tuple[RemedyEnd, ...]:
    """Return the last days of every remedy that has a limit, counted from service.

    `said` are the remedy paragraphs of the letter; None counts each limit as told. 民法典 201: the day itself is not
    counted; 203: a last day that is a holiday moves to the day after it. 复议法 20(3), 法释〔2018〕1号 64: a limit that was
    not told runs up to a year from knowing the decision.
    """
    return tuple(
        _end(pack, one, served_on, calendar, said is None or _tells(one, said))
        for one in pack.remedy.values()
        if one.limit is not None
    )


def pack_of(tx: Connection, services: Services, row: LetterRow) -> RulePack:
    """Return the rule pack that a letter's case, or its record, is pinned to."""
    table, key = (cases, row.case_id) if row.case_id is not None else (record, row.record_id)
    return services.law.packs[tx.execute(select(table.c.pack).where(table.c.id == key)).scalar_one()]


def ends_of(tx: Connection, services: Services, row: LetterRow, served: ServiceRow) -> tuple[RemedyEnd, ...]:
    """Return the last days of the remedies that serving this letter started; none for a letter that is not adverse."""
    procedure = None
    if row.case_id is not None:
        of = tx.execute(select(cases.c.procedure, cases.c.procedure_version).where(cases.c.id == row.case_id)).one()
        procedure = services.law.procedure(of.procedure, of.procedure_version)
    pack = pack_of(tx, services, row)
    return ends_under(pack, services.law.calendar, row, served.effective_day, won=won(tx, procedure, pack, row))


def won(tx: Connection, procedure: Procedure | None, pack: RulePack, row: LetterRow) -> bool:
    """Tell whether a letter decided for the subject, so that nothing runs against it but what it tells: by the step that issued it. What
    names a remedy in law decided against the subject, whatever its step is called (更正以后更重的)."""
    if procedure is None or tells_in_law(pack, row):
        return False
    action = procedure.action.get(issuing_step.step_of(tx, row))
    return action is not None and favours(procedure, action)


def tells_in_law(pack: RulePack, row: LetterRow) -> bool:
    """Tell whether a letter told reconsideration or the court."""
    said = remedy_paragraphs(row)
    return any(_tells(one, said) for name, one in pack.remedy.items() if name in IN_LAW)


def ends_under(
    pack: RulePack, calendar: Calendar, row: LetterRow, served_on: date, *, won: bool
) -> tuple[RemedyEnd, ...]:
    """As `ends_of`, where the pack of the letter's case is known, and whether it decided for the subject (`won`)."""
    told = remedy_paragraphs(row)
    if won or not template(row.kind, row.template_version).remedy:
        named = any(_tells(one, told) for one in pack.remedy.values())
        ends = remedy_ends(pack, served_on, calendar, told) if named else ()
        return tuple(one for one in ends if not won or one.label in _named(pack, told))
    return remedy_ends(pack, served_on, calendar, told)


def _named(pack: RulePack, told: Sequence[str]) -> frozenset[str]:
    return frozenset(one.label for one in pack.remedy.values() if _tells(one, told))


def remedy_paragraphs(row: LetterRow) -> list[str]:
    """Return the remedy paragraphs of a letter."""
    paragraphs: list[str] = row.content.get("fields", {}).get("remedy_paragraphs", [])
    return paragraphs


def lacks_channel(pack: RulePack, row: LetterRow) -> bool:
    """Tell whether a letter tells of a remedy but not of the channel online, which electronic service asks for (复议法 22(2)): its
    office stated none when it was issued."""
    told = remedy_paragraphs(row)
    return any(
        one.online and _tells(one, told) and not any(one.online.partition("{")[0] in text for text in told)
        for one in pack.remedy.values()
    )


def last_day(tx: Connection, services: Services, row: LetterRow, served: ServiceRow) -> date | None:
    """Return the day on which the last of these remedies ends, or None."""
    return max((end.day for end in ends_of(tx, services, row, served)), default=None)


def _end(pack: RulePack, remedy: Remedy, served_on: date, calendar: Calendar, told: bool) -> RemedyEnd:
    told = told or remedy.untold is None
    days, names = (remedy.limit, remedy.basis) if told else (remedy.untold, remedy.untold_basis)
    assert days is not None
    return RemedyEnd(
        remedy.label, calendar.roll(after(served_on, days)), pack.read(names), told, pack.cites(names)
    )  # fmt: skip


def _tells(remedy: Remedy, said: Sequence[str]) -> bool:
    """Tell whether a letter named this remedy with its limit."""
    return remedy.limit is not None and any(remedy.label in text and length(remedy.limit) in text for text in said)


def after(day: date, days: Days) -> date:
    """Return the last day of a length that began on `day`; not rolled over days off."""
    if days.unit == "calendar":
        return day + timedelta(days=days.count)
    assert days.unit in ("months", "years"), "no remedy is counted in working days"
    return Period(days.count, days.unit).after(day)
