"""Field values as plain text: what may be printed, and marks that keep it apart from the template's own words.

A value is data. It is never read as Jinja, HTML or CSS, and because every value is wrapped in marks which no value may
itself contain, it cannot pose as a heading, a table line or a new paragraph of the office either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from repairflow import plain
from repairflow.errors import Invalid, Problem
from repairflow.letters.text.placeholders import VOCABULARY, Change, Note, Placeholder, Row, Shape

Value = str | tuple[str | Note | Change | Row, ...]

OPEN, CLOSE, BREAK = "\ue000", "\ue001", "\ue002"  # private use: refused in values, so they cannot be forged
RETYPE = "请改用看得见的文字；登记的名称有误的，请先更正登记。没有制发文书，没有占用文号。"
NO_NAME = "受文者没有登记名称，不能制发文书"
REGISTER = "请先由信用中心登记该主体或者单位的法定名称，再办理本步骤"
LONGEST_VALUE = 20_000  # characters; about 32 pages
_SHORT = 200
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_VALUE = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_CELL = re.compile(f"(?:{OPEN}[^{CLOSE}]*{CLOSE}|[^|{OPEN}])+")
_TUPLES: dict[Shape, type[Note] | type[Change] | type[Row]] = {"notes": Note, "changes": Change, "rows": Row}


class UnprintableText(Invalid):
    """A value holds characters that cannot be printed as they stand (controls, bidi overrides, unassigned code points)
    or is far too long; `problems` names each field and character."""

    code = "unprintable_text"


def chinese_day(day: date) -> str:
    """2026年11月4日: Arabic digits without zero padding (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def clean(value: object) -> str:
    """Return the value as printable text with \\n line ends; ValueError names what cannot be printed."""
    text = chinese_day(value) if isinstance(value, date) else str(value)
    return _clean_short(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        raise ValueError(f"共{len(text)}字，超过{LONGEST_VALUE}字的上限")
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ").translate(plain.BLANK)
    text = plain.composed(text).strip()
    if plain.STACKED.search(text):
        raise ValueError("一个字母上叠加了三个以上的符号，会印到别的行上")
    if text.replace("\n", "").isprintable():
        return text  # nearly every one
    bad = sorted({c for c in text if not plain.printed(c) and c != "\n"})
    if bad:
        raise ValueError("含有不能打印的字符 " + "、".join(f"U+{ord(c):04X}" for c in bad[:10]))
    return text


_clean_short = lru_cache(maxsize=2_048)(_clean)
"""Letters of one office have most of their words in common: of a day's letters only a name, a number and a day are new."""


def clean_fields(fields: Mapping[str, object], words: Mapping[str, Placeholder] = VOCABULARY) -> dict[str, Value]:
    """Return every value in the shape the vocabulary gives it. Raises Invalid for a name outside the vocabulary and
    UnprintableText, with all problems at once."""
    unknown = sorted(set(fields) - set(words))
    if unknown:
        raise Invalid(
            "文书模板没有这些占位项：" + "、".join(unknown), [Problem(name, "不在占位项清单内") for name in unknown]
        )
    done: dict[str, Value] = {}
    problems = []
    for name, value in fields.items():
        try:
            done[name] = _shaped(words[name].shape, value)
        except (TypeError, ValueError) as wrong:
            problems.append(Problem(name, f"{words[name].label}：{wrong}"))
    if problems:
        said = "；".join(p.text for p in problems)
        raise UnprintableText(f"文书内容含有不能打印的文字：{said}。{RETYPE}", problems)
    return done


def name_in_head(name: str) -> str:
    """Return a name as the head and foot of a letter print it: on one line, without the invisible leftovers of word processors.

    Raises UnprintableText for what no name may hold, Invalid for an empty one.
    """
    try:
        found = " ".join(clean(name).split())
    except ValueError as wrong:
        text = f"受文者或者抄送单位的名称{wrong}。{RETYPE}"
        raise UnprintableText(text, [Problem("", text)]) from wrong
    if not plain.named(found):
        raise Invalid(f"{NO_NAME}。没有占用文号。", [Problem("", f"{NO_NAME}。{REGISTER}")])
    return found


def _shaped(shape: Shape, value: object) -> Value:
    if shape == "text":
        return "" if value is None else clean(value)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError("应为多项内容")
    if shape == "texts":
        return tuple(text for text in map(clean, value) if text)
    make = _TUPLES[shape]
    return tuple(make(*map(clean, item)) for item in value)


def mark(value: object) -> str:
    """Return a value as it goes into the text: wrapped, its line ends replaced, so that structure stays the template's."""
    return OPEN + str(value).replace("\n", BREAK) + CLOSE


def unmark(text: str) -> str:
    """Return the text without marks."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def outside(text: str) -> str:
    """Return the text with every value replaced by nothing: what the template itself says."""
    return _VALUE.sub("", text)


def cells(line: str) -> list[str]:
    """Return a line `| a | b |` as its cells; a bar inside a value divides nothing."""
    parts = _CELL.findall(line.strip().strip("|"))
    return [unmark(part).replace(BREAK, " ").strip() for part in parts]
