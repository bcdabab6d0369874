"""Lengths written out in sentences (六十日、三个月): whoever prints them prints a figure that names no article."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LENGTH = re.compile(r"[0-9０-９〇零一二三四五六七八九十百两]+\s*(?:个\s*)?(?:工作日|自然日|日|天|周|月|季度|年)")


def written_out(text: str) -> str | None:
    """The first length in figures or characters; None where there is none."""
    found = _LENGTH.search(text)
    return found[0] if found else None


STAYS: Mapping[str, str] = {"{minimum}": "规定的最短期限", "{maximum}": "规定的最长期限"}
"""What conditions of removal take from their list's own figures, and how it is said while nobody has read those."""


def with_stays(text: str, minimum: str, maximum: str) -> str:
    """A condition of removal with the figures of its list, as words where they are empty."""
    for mark, given in zip(STAYS, (minimum, maximum), strict=True):
        text = text.replace(mark, given or STAYS[mark])
    return text
