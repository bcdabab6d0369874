"""Headings that only a table of permits (行政许可) has: by them no table of penalties is taken for one, nor the other way."""

from __future__ import annotations

import re
from collections.abc import Sequence

SURE = ("XK_XDR_MC", "XK_WSH", "XK_NR", "行政许可决定文书号", "许可决定文书号", "许可决定日期")


def plain(heading: str) -> str:
    """A heading without the accidents of typing."""
    return re.sub(r"[\s*＊:：（）()]", "", heading).upper()


def is_of_permits(headings: Sequence[str]) -> bool:
    """Whether these are the headings of a table of permits."""
    return any(plain(heading) in {plain(sure) for sure in SURE} for heading in headings)
