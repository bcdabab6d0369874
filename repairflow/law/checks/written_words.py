"""What every file writes, letter by letter: nothing invisible, no name too long to read, names in Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from repairflow.law.procedure.form_faults import named

Place = tuple[str, ...]
Fault = tuple[str, Place, str]

LONGEST = 40
"""Characters of a name: what a button, a table and a letter's line still hold."""
NAMED_BY_VALUE = frozenset({"actor", "kinds"})
"""Tables whose values are names themselves."""
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffd")
"""Signs that count as letters and show nothing, and the one a broken encoding leaves behind."""
HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp"})
CALLED: Mapping[str, str] = {"Cc": "控制字符", "Zs": "特殊空格", "Mn": "附加符号", "Me": "附加符号"}


def check(data: Mapping[str, object]) -> Iterator[Fault]:
    """Everything wrong with the words of a definition file, given as it was read."""
    for at, text in strings(data):
        name = _is_name(at)
        sign = hidden(text, name=name)
        if sign is not None:
            yield "text_hidden", at, f"{named(at)}写有{sign}，看到的和所写的不同；请删去"
        if name and text.strip() and text != text.strip():
            yield "text_hidden", at, f"{named(at)}前后有空格，看不出却会使两个名称不同；请删去"
        if name and text.strip():
            fault = unreadable(text)
            if fault is not None:
                yield "label_unreadable", at, f"{named(at)}{fault}"


def hidden(text: str, *, name: bool = False) -> str | None:
    """Return the first sign of a text that nobody sees, as messages call it; a name has no line breaks either."""
    for sign in text:
        kind = unicodedata.category(sign)
        odd_space = kind == "Zs" and sign not in " \u3000"
        if sign in FILLERS or odd_space or (kind in HIDDEN and (name or sign not in "\n\t\r")):
            return f"{CALLED.get(kind, '看不见的字符')} U+{ord(sign):04X}"
    return None


def unreadable(label: str) -> str | None:
    """Return what is wrong with a name that people are to read; None where nothing is."""
    if len(label) > LONGEST:
        return f"的名称有 {len(label)} 个字，页面和文书容不下；请缩短到 {LONGEST} 个字以内"
    sign = next((sign for sign in label if unicodedata.category(sign) == "So"), None)
    if sign is not None:
        return f"的名称写有符号“{sign}”（U+{ord(sign):04X}），文书印不出来；请改写成文字"
    chinese = sum("\u3400" <= sign <= "\u9fff" or ord(sign) >= 0x20000 for sign in label)
    latin = sum(sign.isascii() and sign.isalpha() for sign in label)
    if not chinese or latin > 6 + 2 * chinese:
        return f"的名称“{label}”不是中文，办事的人看不懂；请写中文名称"
    return None


def strings(value: object, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield every text of a file, with its place."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, (*at, str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, at)


def _is_name(at: Place) -> bool:
    return at[-1] == "label" or (len(at) == 2 and at[0] in NAMED_BY_VALUE)
