"""Lengths written out in sentences (六十日、三个月): whoever prints them prints a figure that names no article."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DIGITS = "0-9０-９〇零一二三四五六七八九十百千万两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_COUNT = f"[{_DIGITS}]+[余来多几]?|(?<![总无超以少])数|几|若干|多|半|双"
_BETWEEN = r"\s*[）)]?\s*(?:个\s*半?\s*)?(?:法定|公历|日历|自然|连续)?\s*"
_UNIT = "工作日|工作天|日|天|昼夜|旬|周|星期|礼拜|半月|月|季度|季(?!节)|年|小时|钟头|分钟|刻钟"
_LENGTH = re.compile(
    rf"(?:(?<!第)(?:{_COUNT}){_BETWEEN}(?:{_UNIT})(?!常))"
    r"|个\s*把\s*(?:月|星期|礼拜|钟头|小时)|周年|[旬月年]余"
    r"|(?<![期届])[满逾足整](?:年|月|旬|周|季)(?![龄末初底份])"
)


def written_out(text: str) -> str | None:
    """Return the first length in figures, characters or words that come to one (半年、数日、个把月、周年); None where there is none.

    第一季度 and 第三日 name a time, not a length.
    """
    found = _LENGTH.search(text)
    return found[0] if found else None


STAYS: Mapping[str, str] = {"{minimum}": "规定的最短期限", "{maximum}": "规定的最长期限"}
"""What conditions of removal take from their list's own figures, and how it is said while nobody has read those."""


def with_stays(text: str, minimum: str, maximum: str) -> str:
    """Return a condition of removal with the figures of its list, as words where they are empty."""
    for mark, given in zip(STAYS, (minimum, maximum), strict=True):
        text = text.replace(mark, given or STAYS[mark])
    return text
