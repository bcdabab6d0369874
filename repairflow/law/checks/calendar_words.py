"""What calendars are checked by: the holidays of the whole nation, by whole names, and the days of a week."""

from __future__ import annotations

import re

from repairflow.law.checks.label_parts import bare

HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""Statutory holidays of the whole nation since 2008 (全国年节及纪念日放假办法), as names of them begin."""
SATURDAY = 5
"""The first weekday by `date.weekday` that is none of work."""
DECEMBER = 12
_NAMES = frozenset({*HOLIDAYS, "春", "五一", "十一", "国际劳动", "中秋国庆", "国庆中秋"})
_AND = re.compile(r"[、和与及·]")


def national(name: str) -> bool:
    """Tell whether a name is that of a holiday of the whole nation, or of several; 劳动模范日 is none."""
    parts = [re.sub(r"(?:假期|长假|假日|放假|补休|调休)$", "", one) for one in _AND.split(bare(name))]
    return any(one.removesuffix("节") in _NAMES or one in _NAMES for one in parts)
