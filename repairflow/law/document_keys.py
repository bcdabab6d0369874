"""What makes two spellings of a decision's number (决定书文号) the same number. Pure.

Offices, sites and spreadsheets write one number with other brackets, widths, spaces, dashes and zeros, with or without
年, 第, 字 and 号. The key leaves out what only dresses the number and keeps the marks and figures that tell decisions
apart: 溪环罚〔2026〕第0021号, 溪环罚[2026年]21 and '溪环罚（2026） 21 号 all have the key 溪环罚2026|21.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
"""A number of 128 characters can become longer when its ligatures are taken apart; a key is cut there, alike each time."""

_YEAR = r"(?:19|20)\d{2}"
_OTHER_FORMS = str.maketrans({"○": "〇", "◯": "〇", "號": "号", "罰": "罚"})
_CHINESE_YEAR = re.compile(
    r"(?<![〇零一二三四五六七八九十百千])[一二][〇零一二三四五六七八九]{3}(?![〇零一二三四五六七八九十百千])"
)
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SPACED_YEAR = re.compile(rf"(?<!\d)({_YEAR})\s+(?=\d)")
_NUMERO = re.compile(r"(?<![A-Za-z])No\.?\s*(?=\d)", re.IGNORECASE)
_YEAR_WORD = re.compile(rf"(?<!\d)({_YEAR})\|?[年度]+")
_WORD_BEFORE = re.compile(r"第(?=\|?\d)")
_MARK_BEFORE = re.compile(rf"字(?=第?(?:\||{_YEAR}|\d|$))")
_WORD_AFTER = re.compile(r"(?<=\d)\|?号")
_TOKEN = re.compile(r"\d+|[^\d|]+")


def document_key(number: str) -> str:
    """The key of a decision's number: equal for all spellings of one number, other for other numbers.

    What consists of signs alone has itself, without spaces, as key, so that no two such numbers meet by accident.
    """
    text = unicodedata.normalize("NFKC", number.replace("№", "No")).translate(_OTHER_FORMS)
    text = _NUMERO.sub("|", text)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)
    text = _SPACED_YEAR.sub(r"\1|", text)
    plain = "".join(_kept(character) for character in text).upper()
    plain = re.sub(r"\|+", "|", plain).strip("|")
    plain = _YEAR_WORD.sub(r"\1|", plain)
    plain = _MARK_BEFORE.sub("", plain)
    plain = _WORD_BEFORE.sub("|", plain)
    plain = _WORD_AFTER.sub("|", plain)
    key = _joined(_TOKEN.findall(plain))
    return (key or "".join(number.split()))[:LONGEST]


def _kept(character: str) -> str:
    """A letter or figure as it is, a sign as one separator; spaces, apostrophes and unseen marks not at all."""
    kind = unicodedata.category(character)
    if kind[0] == "L" or kind in ("Nd", "Nl"):
        return character if not character.isdecimal() else str(unicodedata.decimal(character))
    if kind[0] in "ZC" or character in "'’‘`´′\"“”":
        return ""
    return "|"


def _joined(tokens: list[str]) -> str:
    """Letters and figures in their order; a separator stands only where two figures would run into one."""
    key, figure_before = "", False
    for token in tokens:
        figure = token.isdecimal()
        key += ("|" if figure and figure_before else "") + (token.lstrip("0") or "0" if figure else token)
        figure_before = figure
    return key
