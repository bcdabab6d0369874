"""Amounts as offices write them, in 万元; and amounts that a text of a decision names, in 元. Exact, never guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"
_PLAIN = re.compile(rf"(?:人民币|RMB|CNY|¥)?([+-]?)({_FIGURE})(亿|万)?(元|圆)?(?:人民币)?(整|正)?(?:人民币)?")
_WORDS = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖两弍弌貳參叄陸"
_VALUES = {
    **{c: n for n, c in enumerate("零一二三四五六七八九")}, **{c: n for n, c in enumerate("〇壹贰叁肆伍陆柒捌玖")}, "两": 2, "弍": 2,
    "弌": 1, "貳": 2, "參": 3, "叄": 3, "陸": 6,
}  # fmt: skip
_TIMES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE = rf"[{_WORDS}十拾百佰千仟万萬亿]+"
_IN_WORDS = re.compile(
    rf"(?:人民币|¥)?({_CHINESE}(?:[元圆]|(?<=[万萬亿])))(?:([{_WORDS}])角)?(?:([{_WORDS}])分)?[整正]?(?:人民币)?"
)
_SAID_FIGURE = rf"\d{{1,4}}(?:,\d{{4}})+(?:\.\d*)?|{_FIGURE}"
"""As in a text: 2,0000元 groups by four."""
_NAMED = re.compile(
    rf"(?:¥|RMB|CNY)({_SAID_FIGURE})(亿|万|千|仟|百)?|({_SAID_FIGURE})(亿|万|[wW](?![A-Za-z])|千|仟|百)?余?(?:[元圆块]|(?<=[万wW]))"
    rf"|罚款[:为]?({_SAID_FIGURE})(?![\d.,万亿千仟百wW元圆块%至起次人倍日天件])"
    rf"|({_CHINESE})(?:[元圆](?:([{_WORDS}])角)?(?:([{_WORDS}])分)?|(?<=[万萬])(?!分))"
)

_UNITS = {"亿": 10**8, "万": 10**4, "W": 10**4, "千": 1000, "仟": 1000, "百": 100}
_IN_PARTS = re.compile(
    rf"(?:人民币|¥)?(?:(\d+)万)?零?((?:[1-9{_WORDS}][千仟百佰十拾])+[1-9{_WORDS}]?)(?:[元圆][整正]?|(?<=[千仟])(?:整|$))"
)
"""Figures and words together: 2万5千, 2万伍仟元, 2千元. Without 元 only thousands are certain: 2千 may be 2千万."""
_WORD_OF = {str(n): word for n, word in enumerate("零一二三四五六七八九")}
_APART = re.compile(r"\d\s+(?!\d{3}(?:\D|$))[\d.]|\d\s*[\r\n]+\s*\d")
_LABELLED = re.compile(r"^(?:(?:处|并处)?罚款|没收(?:违法所得)?|金额|大写|人民币)[:为]?(?=.*[万元圆])")
_TWICE = re.compile(r"([^()]+)\((?:大写|小写|即|人民币|合)?[:]?([^()]+)\)")
"""An amount said twice, in figures and in words: it is taken where both say the same."""


def _in_yuan(text: str) -> Decimal | None:
    """Return the amount in 万元 of figures in 元, which stand for certain only beside the same amount in 万元 or in words."""
    found = re.fullmatch(rf"(?:¥({_FIGURE})[元圆]?|({_FIGURE})[元圆])整?", text)
    return Decimal((found[1] or found[2]).replace(",", "")) / 10_000 if found else None


def has_foreign_digits(text: str) -> bool:
    """Tell whether a text has digits of another script (٣, ३): they count for Python, and nobody here writes them."""
    return any(character.isdecimal() and not character.isascii() for character in text)


def wan_of(text: str) -> Decimal | None:
    """Return the amount in 万元 that a whole cell says: 2, 2万, ¥2万元整, 贰万元, .5; None where it says none for certain.

    Figures with 元 alone are none: under a heading of 万元 nobody can tell which of the two is wrong.
    """
    said = unicodedata.normalize("NFKC", text)
    if _APART.search(said) or has_foreign_digits(said):
        return None  # two amounts, or one that nobody can tell
    plain = re.sub(r"\s", "", said).replace("￥", "¥").rstrip("。;,、")
    plain = re.sub(r"^(\d+)。(\d+)(?!.*[.。])", r"\1.\2", plain)  # a point typed while writing Chinese
    plain = plain.replace("人民币(大写)", "人民币").replace("(人民币)", "")
    plain = _LABELLED.sub("", plain.replace("(万元)", "万元").replace("(单位:万元)", "万元"), count=1)
    if twice := _TWICE.fullmatch(plain):
        one, other = wan_of(twice[1]), wan_of(twice[2])
        return one if one is not None and one in (other, _in_yuan(twice[2])) else None
    if plain in ("零元", "零元整", "零万元", "零"):
        return Decimal(0)
    if found := _PLAIN.fullmatch(plain):
        sign, figure, unit, yuan, _whole = found.groups()
        if yuan and not unit:
            return None
        return Decimal(sign + figure.replace(",", "")) * (10_000 if unit == "亿" else 1)
    if words := _IN_WORDS.fullmatch(plain):
        return _whole_words(words)
    if (parts := _IN_PARTS.fullmatch(plain)) and (parts[1] or plain[-1] in "元圆整正"):
        less = number_in_words("".join(_WORD_OF.get(one, one) for one in parts[2]))
        return None if less is None else Decimal(parts[1] or 0) + less / 10_000
    return None


def _whole_words(found: re.Match[str]) -> Decimal | None:
    yuan = number_in_words(found[1].rstrip("元圆"))
    return None if yuan is None else (yuan + _cents(found[2], found[3])) / 10_000


def yuan_named(text: str) -> list[Decimal]:
    """Return every amount of money a text names, in 元, in its order: 罚款5000元, 贰万元整, 1.2万元."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    amounts = []
    for signed, its_unit, named, unit, bare, words, tenths, hundredths in _NAMED.findall(plain):
        if figure := signed or named or bare:
            amounts.append(Decimal(figure.replace(",", "")) * _UNITS.get((its_unit or unit).upper(), 1))
        elif (yuan := number_in_words(words)) is not None:
            amounts.append(yuan + _cents(tenths, hundredths))
        elif len(words) > 1 and all(character in _VALUES for character in words):  # figure by figure: 二零零零元
            amounts.append(Decimal("".join(str(_VALUES[character]) for character in words)))
    return amounts


def number_in_words(words: str) -> Decimal | None:
    """壹拾贰万伍仟 → 125000; None for what is no well-formed number."""
    total, section, digit, last = 0, 0, None, 10**9
    for character in words.replace("萬", "万"):
        if character in _VALUES:
            if digit not in (None, 0):
                return None  # two figures on end: 二三
            digit = _VALUES[character]
        elif character in _TIMES:
            if _TIMES[character] >= last or (digit is None and (section or _TIMES[character] != 10)):
                return None
            section += (1 if digit is None else digit) * _TIMES[character]
            digit, last = None, _TIMES[character]
        else:
            times = 10**8 if character == "亿" else 10**4
            section += digit or 0
            if not section or (total and total % (times * 10) and times == 10**8):
                return None
            total += section * times
            section, digit, last = 0, None, 10**9
    total += section + (digit or 0)
    return Decimal(total) if total else None


def _cents(tenths: str | None, hundredths: str | None) -> Decimal:
    return Decimal(_VALUES.get(tenths or "零", 0)) / 10 + Decimal(_VALUES.get(hundredths or "零", 0)) / 100
