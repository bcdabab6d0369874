"""Lengths of months and years, added the way the law adds them. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from repairflow.errors import Invalid

UNIT_LABELS: Mapping[str, str] = {"working": "个工作日", "calendar": "日", "months": "个月", "years": "年"}
"""Units of all lengths of the law as sentences say them, shortest first."""


def add_months(start: date, months: int) -> date:
    """Return the last day of a period of `months` that began on `start`; Invalid when it leaves the calendar."""
    # 民法典 202: the same-numbered day of the last month; where there is none, the last day of that month.
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Invalid(f"自{start}起{months}个月超出了日历范围，请核对期限。")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """A length in whole months or years; Invalid unless `count` is at least 1."""

    count: int
    unit: Literal["months", "years"]

    def __post_init__(self) -> None:
        if self.count < 1:
            raise Invalid(f"期间须为正整数，现为{self.count}。")

    @property
    def months(self) -> int:
        return self.count * (12 if self.unit == "years" else 1)

    def after(self, start: date) -> date:
        """Return the last day of the period that began on `start` (民法典 202)."""
        return add_months(start, self.months)

    def __str__(self) -> str:
        return f"{self.count}{UNIT_LABELS[self.unit]}"
