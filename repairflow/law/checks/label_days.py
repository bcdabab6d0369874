"""Days in the name of a file: who reads the name takes them for the days on which the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_DAY = re.compile(r"(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})日?\s*(?:起|施行|生效|启用)")


def no_days(label: str) -> Iterator[str]:
    """Yield what is wrong with a name that gives a first day which no calendar has."""
    for found in _DAY.finditer(label):
        if _day(found) is None:
            yield f"名称“{label}”写的“{found[0]}”不是日历上的日子；请改正"


def other_days(label: str, effective: date, until: date | None) -> Iterator[str]:
    """Yield what to look at in a name that gives another first day than the file's own: its law may be older than the file."""
    for found in _DAY.finditer(label):
        day = _day(found)
        if day is not None and day not in {effective, until}:
            yield f"名称“{label}”写的是 {day} 起，施行日期（effective）却是 {effective}；请核对，不一致的请改正其中之一"


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
