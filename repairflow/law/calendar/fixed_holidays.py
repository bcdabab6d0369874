"""The holidays that are fixed by law (国务院令795, art 2), for years whose arrangement is not published. Pure.

They are the least a year will have: the arrangement may add days off and make-up days, and neither is guessed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

FIRST_YEAR = 2025
"""The text as revised in 2024 holds from its promulgation; years before it have published arrangements."""
LAST_YEAR = 2100
"""Beyond it the dates of the moon calendar are not computed: no period of the law reaches so far."""
ACT = "国务院令第795号"


@cache
def fixed_holidays(year: int) -> Mapping[date, str]:
    """Return the days off of a year by statute and their names; empty outside FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return MappingProxyType({})
    new_year = _lunar(year, 1, 1)
    days = {
        date(year, 1, 1): "元旦",
        new_year - timedelta(days=1): "春节",  # 除夕
        **{new_year + timedelta(days=n): "春节" for n in range(3)},
        _qingming(year): "清明节",
        date(year, 5, 1): "劳动节",
        date(year, 5, 2): "劳动节",
        _lunar(year, 5, 5): "端午节",
    }
    for day, name in (
        *((date(year, 10, number), "国庆节") for number in (1, 2, 3)),
        (_lunar(year, 8, 15), "中秋节"),
    ):
        days.setdefault(day, name)  # the mid-autumn day may be one of the national days
    return MappingProxyType(days)


def _lunar(year: int, month: int, day: int) -> date:
    # Imported here: most counts never leave the published years, and commands should start at once.
    from lunar_python import Lunar

    found = Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def _qingming(year: int) -> date:
    from lunar_python import Lunar

    found = Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]
    return date(found.getYear(), found.getMonth(), found.getDay())
