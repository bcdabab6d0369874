"""Codes of administrative divisions (行政区划代码, GB/T 2260): which there are, from `workflows/divisions/china.toml`.

Provinces, prefectures and counties are listed; counties of municipalities (直辖市) and those directly under a province have no
prefecture. A few prefectures have no counties.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from repairflow.law.toml_file import read_toml
from repairflow.settings import asset

_CODE = re.compile(r"[1-9][0-9]{5}")


def division_fault(code: str) -> str | None:
    """Return why this is no code of a division, as a message goes on after its name; None where it is one."""
    if not _CODE.fullmatch(code):
        return "应为六位数字，如 320830"
    provinces, prefectures, counties = _known()
    if code[:2] not in provinces:
        return f"前两位“{code[:2]}”不是省级行政区划代码，请核对"
    if code[2:] == "0000" or code in counties or (code[:4] in prefectures and code[4:] == "00"):
        return None
    if code[:4] in prefectures or (
        any(one.startswith(code[:2]) for one in counties) and code[2:4] in {"01", "02", "90"}
    ):
        return f"“{code}”不是{provinces[code[:2]]}的区县代码，请核对；新设的区县请先补入 workflows/divisions/china.toml"
    return f"前四位“{code[:4]}”不是{provinces[code[:2]]}的地级行政区划代码，请核对"


def province_of(code: str) -> str:
    """Return the name of the province in which a division lies; empty for no code of one."""
    return _known()[0].get(code[:2], "")


def names_of_provinces() -> Mapping[str, str]:
    """Return the name of each province by the first two digits of its codes, in the order of the codes."""
    return _known()[0]


def provinces() -> tuple[str, ...]:
    """Return the names of all provinces."""
    return tuple(_known()[0].values())


@cache
def _known() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Names of provinces by two digits, prefectures by four, counties by six."""
    given = read_toml((asset("workflows") / "divisions" / "china.toml").read_text(encoding="utf-8"))["province"]
    names = {code: str(one["name"]) for code, one in given.items()}
    prefectures = {code + two for code, one in given.items() for two in str(one.get("prefectures", "")).split()}
    counties = {code + four for code, one in given.items() for four in str(one.get("counties", "")).split()}
    within = {
        code + two + last
        for code, one in given.items()
        for two, lasts in one.get("within", {}).items()
        for last in str(lasts).split()
    }
    return names, frozenset(prefectures), frozenset(counties | within)
