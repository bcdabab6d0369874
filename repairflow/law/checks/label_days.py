"""Days in the name of a file: who reads the name takes them for the days on which the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_DAY = re.compile(r"(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})日?\s*(?:起|施行|生效|启用)")


def other_days(label: str, effective: date, until: date | None) -> Iterator[str]:
    """Yield what is wrong with a name that gives another first day than the file's own."""
    for found in _DAY.finditer(label):
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            yield f"名称“{label}”写的“{found[0]}”不是日历上的日子；请改正"
            continue
        if day not in {effective, until}:
            yield f"名称“{label}”写的是 {day} 起，施行日期（effective）却是 {effective}；请改正其中之一"
