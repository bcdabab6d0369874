"""A table's columns and the size of its type: so wide that no number, day, code or set term breaks inside, in a type as large as
that allows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

SIZES = (14.0, 12.0, 10.5)  # points: 四号, 小四, 五号; each has a class of its own in letter.css
_TABLE = 156.0  # mm
_BESIDE = 3.6  # mm: padding and rules of a cell
_LEAST = 3.0  # cells: what a column has for running text at least
_TERM = 10.0  # cells: a text as short as this is a term of its own (a list, an office, a heading)
_BLANK = 14.0  # cells: a column to be written in by hand counts as one with a text so long
_MARKS = "，、。；：）》"
# What stays on one line, with the bracket before it and the marks after it; a code's hyphens are no places to break. Never the
# end of a longer number: no line breaks before it, and it would run over the next column.
WHOLE_IN_CELL = re.compile(
    rf"(?<![0-9A-Za-z.,-])([（《]?(?:[一-龥]{{0,12}}〔[0-9]{{4}}〕第?[0-9]{{1,6}}号|（[0-9]{{4}}）[一-龥]{{1,4}}[0-9]{{0,5}}[一-龥]{{1,4}}[0-9]{{1,6}}号"
    r"|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日起?|[0-9][0-9,.]{0,19} ?(?:万|亿)?元|第?[0-9]{1,6}[年月日时分号条款项批期个页份]"
    r"|[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+|[0-9A-Z]{15,18}(?![0-9A-Za-z])"
    rf"|^[一-龥]{{2,20}}名单$|[一-龥]{{2,8}}名单|(?:轻微|一般|严重)失信|最[短长](?:公示期)?至?)[{_MARKS}]{{0,2}}(?![{_MARKS}]))"
)
# The last two characters of a text, or a last one, with the marks after them.
_LAST = re.compile(rf"(?<!^)[一-龥]{{2}}[{_MARKS}”’]{{0,3}}$")
_OTHER_NAME = re.compile("[\u0370-\u058f\u10a0-\u10ff\u1f00-\u1fff]{2,}")  # Greek, Cyrillic, Armenian, Georgian
_ONE = re.compile(rf"[一-龥][{_MARKS}”’]{{0,3}}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a table's columns in per cent, and its type in points."""

    shares: tuple[float, ...]
    size: float


@lru_cache(maxsize=4096)  # tables say the same again and again
def width(text: str) -> float:
    """Return the width of a text in grid cells: a full-width character is one, a half-width one a half. Two letters of another alphabet
    are a name (`page.markup`), and somewhat wider than Latin ones."""
    text = _OTHER_NAME.sub(lambda name: "x" * math.ceil(1.2 * len(name[0])), text)
    return sum(0.5 if ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 else 1.0 for c in text)


def fitted(rows: Sequence[Sequence[str]], sizes: Sequence[float] = SIZES) -> Columns:
    """Return the columns of a table of these texts, in the largest of the sizes in which they hold what must not break.

    Short texts are kept whole as well where the larger two allow it. Where no size holds all, the widest may break. A column of
    blanks is to be written in by hand: it is as wide as one full of text.
    """
    count = max(map(len, rows), default=0)
    texts = [{row[n].strip() for row in rows if n < len(row)} for n in range(count)]
    longest = [max(map(width, column), default=0.0) or _BLANK for column in texts]
    firm = [
        max(min(most, _LEAST), max(map(_unbroken, column), default=0.0))
        for column, most in zip(texts, longest, strict=True)
    ]
    terms = [max((width(text) for text in column if width(text) <= _TERM), default=0.0) for column in texts]
    both = [max(pair) for pair in zip(firm, terms, strict=True)]
    for needs, tried in ((both, sizes[:2]), (firm, sizes)):
        for size in tried:
            if sum(_room(cells, size) for cells in needs) <= _TABLE:
                return Columns(_shared(needs, longest, size), size)
    most = max(firm, default=0.0)
    while most > 1 and sum(_room(min(cells, most), sizes[-1]) for cells in firm) > _TABLE:
        most -= 0.5  # the widest alone break
    return Columns(_shared([min(cells, most) for cells in firm], longest, sizes[-1]), sizes[-1])


def size_for(tables: Iterable[Sequence[Sequence[str]]]) -> float:
    """Return the size of type in which all tables of a letter are set: the smallest that one of them needs."""
    return min((fitted(rows).size for rows in tables), default=SIZES[0])


def keeping_last(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the same parts of a text, its last two characters on one line with the marks after them: one alone is no line."""
    text, kept = parts[-1]
    if kept:
        return parts
    if _ONE.fullmatch(text) and len(parts) > 1:
        return [*parts[:-2], (parts[-2][0] + text, True)] if parts[-2][1] else parts
    found = _LAST.search(text)
    return parts if found is None else [*parts[:-1], (text[: found.start()], False), (found[0], True)]


def whole_in_cell(text: str, share: float, size: float = SIZES[0]) -> list[tuple[str, bool]]:
    """Return a cell's text in parts, and whether a line may not break inside each, for a column of so many per cent: what does not
    fit into it may break anywhere."""
    room = (share * _TABLE / 100 - _BESIDE) / _millimetres(size)
    if width(text) <= room:
        return [(text, False)]
    parts: list[tuple[str, bool]] = []
    for n, part in enumerate(WHOLE_IN_CELL.split(text)):
        mark, year, number = part.partition("〔") if n % 2 and width(part) > room else (part, "", "")
        if mark:
            parts.append((mark, n % 2 == 1 and width(mark) <= room))
        if year:  # a long 代字 goes before its year
            parts.append((year + number, width(year + number) <= room))
    kept = keeping_last(parts)
    return kept if width(kept[-1][0]) <= room else parts


def _unbroken(text: str) -> float:
    """Return the widest part of a text that stays whole."""
    return max(map(width, WHOLE_IN_CELL.split(text)[1::2]), default=0.0)


def _millimetres(size: float) -> float:
    return (size - 0.22) * 25.4 / 72  # characters stand a little closer than their size (letter.css)


def _room(cells: float, size: float) -> float:
    """Return the mm a column of so many cells takes."""
    return cells * _millimetres(size) + _BESIDE


def _shared(needs: Sequence[float], longest: Sequence[float], size: float) -> tuple[float, ...]:
    """Per cent of the table: each column what it needs, and the rest where it saves most lines."""
    cells = [max(need, 1.0) for need in needs]
    spare = (_TABLE - sum(_room(one, size) for one in cells)) / _millimetres(size)
    for _ in range(int(spare / 0.5) if cells else 0):
        cells[max(range(len(cells)), key=lambda n: longest[n] / cells[n])] += 0.5
    widths = [_room(one, size) for one in cells]
    return tuple(round(100 * mm / sum(widths), 2) for mm in widths)
