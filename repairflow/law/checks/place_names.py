"""Which provinces a name speaks of: by their whole names, never by two signs that stand inside another word (江西路、海南藏族自治州)."""

from __future__ import annotations

import re
from functools import cache

from repairflow.law.divisions import provinces

_BEFORE = r"(?:^|(?<=[\s《“”（(、，和与及·—-])|(?<=关于))"
"""Where the short name of a province begins a word."""
_LOCAL = r"(?!东?西?南?北?(?:[路街道区镇乡村庄桥湖岸湾港口站店屯寨里巷]|大道|大街|新区|[藏回苗土]族|蒙古族(?!自治区)))"
"""What makes another place of a short name: a road, a district, an autonomous prefecture or county."""
_WITH = re.compile(r"(?:与|和|同|向|驻|由|从|承接|对口支援)$")
"""Before a province: it is another party."""
_ENDS = re.compile(r"(?:维吾尔|壮族|回族)?(?:自治区|特别行政区)$|[省市]$")


def named(text: str) -> list[str]:
    """Return the whole names of the provinces that a text speaks of."""
    return [one for one, words in _words().items() if _speaks(text, words)]


def other_province(text: str, here: str) -> str | None:
    """Return the one other province that a name is of; None where it is of `here`, of a region of several, or of none.

    `here` is the whole name of a province; without one nothing is another.
    """
    found = named(text)
    return found[0] if here and len(found) == 1 and found[0] != here else None


def only_a_province(place: str) -> bool:
    """Tell whether a place is called by a province alone, in full or short (江苏省、广西)."""
    return any(place in {one, _ENDS.sub("", one)} for one in provinces())


def _speaks(text: str, words: re.Pattern[str]) -> bool:
    return any(not _WITH.search(text[: one.start()]) for one in words.finditer(text))


@cache
def _words() -> dict[str, re.Pattern[str]]:
    """By whole name of a province, what speaks of it."""
    shorts = {one: _ENDS.sub("", one) for one in provinces()}
    return {one: re.compile(f"{one}|{_BEFORE}{short}{_LOCAL}") for one, short in shorts.items()}
