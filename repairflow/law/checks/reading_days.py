"""Days of reading: nobody reads a text before there is one or after today, and it is read again later, in time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from repairflow import times
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.procedure.basis import Basis

FIRST = date(2000, 1, 1)
"""No day of reading lies before: whoever keeps these files reads in this century, and an earlier day is a slip."""
RECHECK_YEARS = 10
"""A day to read again that lies further off than this reminds nobody; shipped articles are read again after one year."""
_YEAR = r"(?<!\d)(?:19|20)\d{2}"
_TITLE = re.compile(r"《[^》]*》")
_RANGE = re.compile(rf"{_YEAR}年?\s*(?:[-—–－~～至到]+)\s*(?:(?:19|20)?\d{{2}})年?")
"""Years that a text speaks of from one to another (2026—2028年): what it plans, not when it was adopted."""
_ADOPTED = re.compile(rf"({_YEAR})(?:[〕\]]|年(?!(?:\d+月)?(?:\d+日)?(?:起|前|底|以前|以后|止|末)))")
_UNTIL = re.compile(rf"(?:至|到|截至|自)\s*{_YEAR}年[\d月日]*")
_AMENDED = re.compile(rf"({_YEAR})年(?:第\w次)?(?:修[正订]|公布|通过)")
"""A year in a title or a name is what it is about (关于2027年部分节假日安排), but for that of an amendment."""


class Read(Protocol):
    """What says when it was read: a statute, one of its articles, a basis, an erratum."""

    @property
    def read_on(self) -> date | None: ...


class ReadAgain(Read, Protocol):
    """What says, too, when it is to be read again."""

    @property
    def recheck_by(self) -> date | None: ...


class Fault(NamedTuple):
    """A day that cannot be right: its code, the key it stands under, and why."""

    code: str
    key: str
    text: str


def check(checked: Checked, around: Around, where: str) -> None:
    """Find every day of one file on which nobody can have read what he says to have read."""
    known = _adopted(around.installed.statutes.values())
    if (statute := checked.statutes.get(where)) is not None:
        since = statute.adopted or adopted_by_year(statute.number, f"《{statute.name}》", statute.source)
        _add(checked, where, (), (*faults(statute, since), *_ends(statute.adopted, statute.valid_to)))
        for code, one in statute.article.items():
            _add(checked, where, ("article", code), (*faults(one, since), *_overdue_when_read(one, statute)))
    for table in (checked.overlays, checked.packs, checked.procedures):
        if (file := table.get(where)) is None:
            continue
        for name, basis in file.basis.items():
            since = basis.adopted or known.get(basis.cite) or adopted_by_year(basis.cite, basis.source)
            _add(checked, where, ("basis", name), (*faults(basis, since), *again(basis)))


def faults(read: Read, since: date | None) -> Iterator[Fault]:
    """Yield why a day of reading cannot be; `since` is the day before which there was no such text."""
    day = read.read_on
    if day is None:
        return
    if day > times.today():
        yield Fault("basis_future", "read_on", f"核对日期 {day} 晚于今天；请改正")
    elif day < FIRST:
        yield Fault("basis_too_early", "read_on", f"核对日期 {day} 早于 {FIRST}，应是误填；请写实际核对的日期")
    elif since is not None and day < since:
        text = f"核对日期 {day} 早于所读文本通过、公布的日期 {since}，那时还没有这份文本；请改正 read_on"
        yield Fault("basis_too_early", "read_on", text)


def again(read: ReadAgain) -> Iterator[Fault]:
    """Yield why the day to read again cannot be: not after the reading, or so late that it reminds nobody."""
    by, on = read.recheck_by, read.read_on
    if by is None or on is None:
        return
    if by <= on:
        text = f"再次核对的日期 {by} 不晚于核对日期 {on}，再也不会提醒；请改正 recheck_by"
        yield Fault("basis_recheck", "recheck_by", text)
    elif by.year - on.year > RECHECK_YEARS:
        text = f"再次核对的日期 {by} 距核对日期 {on} 超过 {RECHECK_YEARS} 年，等于不再提醒；请改正 recheck_by"
        yield Fault("basis_recheck", "recheck_by", text)


def _overdue_when_read(one: Read, act: ReadAgain) -> Iterator[Fault]:
    """Yield why an article's own day of reading cannot be: the act's day to read again was past already, so nobody would be reminded
    in time."""
    by, on = act.recheck_by, one.read_on
    if by is not None and on is not None and on != act.read_on and by <= on:
        text = f"核对日期 {on} 不早于该法再次核对的日期 {by}：读过了，再次核对的日期也须改到以后；请改正 recheck_by"
        yield Fault("basis_recheck", "read_on", text)


def _ends(adopted: date | None, valid_to: date | None) -> Iterator[Fault]:
    if adopted is not None and adopted > times.today():
        yield Fault("basis_future", "adopted", f"文本通过、公布的日期 {adopted} 晚于今天；请改正 adopted")
    if adopted is not None and valid_to is not None and valid_to < adopted:
        text = f"有效期 valid_to（{valid_to}）早于文本通过、公布的日期 {adopted}；请改正"
        yield Fault("basis_recheck", "valid_to", text)


def _adopted(bases: Iterable[Basis]) -> Mapping[str, date]:
    """Return when the text of each act that was read was adopted, by how it is cited."""
    return {basis.cite: basis.adopted for basis in bases if basis.adopted is not None}


def adopted_by_year(*said: str) -> date | None:
    """Return the first day of the newest year in which a text was adopted, as numbers and sources name it (〔2025〕, 2025年).

    Years that titles are about, plans of several years, days on which something begins or ends, and addresses tell none.
    """
    years = [year for text in said for title in _TITLE.findall(text) for year in _AMENDED.findall(title)]
    for text in said:
        plain = _UNTIL.sub("", _RANGE.sub("", _TITLE.sub("", text)))
        years += _ADOPTED.findall(plain)
    return date(max(map(int, years)), 1, 1) if years else None


def _add(checked: Checked, where: str, at: tuple[str, ...], found: Iterable[Fault]) -> None:
    for one in found:
        checked.add(one.code, where, (*at, one.key), one.text)
