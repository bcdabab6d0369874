"""Values from outside as everything here can hold them: text that every database takes, whole numbers of 64 bits, days, JSON."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

Time = TypeVar("Time", date, datetime)
MOST = 2**63 - 1
"""The largest whole number a column holds."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # some spreadsheets take the wide ones, too


def table_cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet calculates: what it would take for a formula is a text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def storable(text: str) -> bool:
    """Tell whether both databases and every file can hold the text: no NUL, no half of a surrogate pair."""
    if text.isprintable():  # neither can be; most texts are, and this is one look
        return True
    return "\x00" not in text and not any("\ud800" <= mark <= "\udfff" for mark in text)


BLANK = dict.fromkeys((0x00AD, 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x3164, 0xFEFF, 0xFFA0))
"""Characters that nobody sees, some of them letters to Unicode; for `str.translate`."""
STACKED = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3}")
"""More marks over one letter than any language writes: they would run over the lines around it."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def writable(text: str) -> bool:
    """Tell whether people can have written it: `storable`, no control character but line ends and tabs, no `STACKED` marks."""
    return storable(text) and not _CONTROL.search(text) and not STACKED.search(text)


def rare_apart(text: str) -> str:
    """Return the text without Chinese characters of the rare planes, which a name may bear before any font here has them."""
    return "".join(mark for mark in text if not _chinese(mark))


_APART = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff][\u0300-\u036f]+")


def composed(text: str) -> str:
    """Return the text with each Latin, Greek or Cyrillic letter and its marks as one character where there is one (Lü, Nguyễn, Й as some
    keyboards and files write them), so that one name is written one way. Chinese characters stay as they are written."""
    return _APART.sub(lambda letter: unicodedata.normalize("NFC", letter[0]), text)


def named(text: str) -> bool:
    """Tell whether the text can be somebody's name, or say anything: a letter, a digit or a Chinese character that can be seen stands in
    it.
    """
    return any(mark.isalnum() or _chinese(mark) for mark in text.translate(BLANK))


def printed(mark: str) -> bool:
    """Tell whether a character is one to be seen or a blank: no control, no order of writing, no private or unassigned one. A Chinese
    character that is newer than this Python is none of these: only a font knows whether it can be printed."""
    return unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or _chinese(mark)


def _chinese(mark: str) -> bool:
    return "\U00020000" <= mark <= "\U0003fffd"  # the planes of rare ideographs (CJK extensions B and later)


def shown(text: str) -> str:
    """Replace every character that cannot be shown by a space, so that every database can hold the text."""
    return (
        text if text.isprintable() else "".join(mark if mark.isprintable() or _chinese(mark) else " " for mark in text)
    )


def whole(text: str, least: int = 0, most: int = MOST) -> int:
    """Return a whole number in ASCII digits, `least` to `most`; ValueError otherwise.

    int() alone takes spaces, underscores, digits of other scripts and numbers no column holds.
    """
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        raise ValueError("应为整数")
    number = int(text)
    if not least <= number <= most:
        raise ValueError(f"应在 {least} 和 {most} 之间")
    return number


def day(text: str) -> date:
    """Return a day written as 2026-06-20, and in no other of the ways ISO 8601 knows; ValueError otherwise."""
    if not (text.isascii() and len(text) == 10 and text[4] == text[7] == "-"):
        raise ValueError("应为日期，如 2026-06-20")
    return _near(date.fromisoformat(text))


def moment(text: str) -> datetime:
    """Return a day and time as ISO 8601 writes them, with or without a zone; ValueError otherwise."""
    return _near(datetime.fromisoformat(text))


def _near(found: Time) -> Time:
    """Years far off are typing errors, and counting on from the first or the last year there is breaks off."""
    if not 1900 <= found.year < 2200:
        raise ValueError("年份不对")
    return found


def parsed(data: bytes) -> object:
    """Return the JSON value in `data`; ValueError for one that no two programs read the same way: other bytes than UTF-8 without a mark,
    NaN and the like, numbers beyond 64 bits, a name given twice, nesting without end."""
    try:
        return json.loads(
            data.decode("utf-8"),
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None


def all_storable(value: object) -> bool:
    """Tell whether every text in a JSON value, names of fields among them, is `storable`."""
    return all(map(storable, texts(value)))


def texts(value: object) -> Iterator[str]:
    """Yield every text in a value of texts, lists and mappings, names of fields among them. Never `str` of the whole: that writes what
    cannot be seen in signs that can."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            left += [*part, *part.values()]
        elif isinstance(part, list | tuple):
            left += part


def _no_number(_: str) -> None:
    raise ValueError("no JSON")


def _whole(digits: str) -> int:
    return whole(digits, -MOST)


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise ValueError("beyond any number")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found
