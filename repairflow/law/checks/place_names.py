"""Which provinces a name speaks of: by their whole names, never by two signs that stand inside another word (江西路、海南藏族自治州)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from repairflow.law.divisions import provinces

_BEFORE = r"(?:^|(?<=[\s《“”（(、，和与及·—-])|(?<=关于))"
"""Where the short name of a province begins a word."""
_LOCAL = r"(?!东?西?南?北?(?:[路街道区镇乡村庄桥湖岸湾港口站店屯寨里巷]|大道|大街|新区|[藏回苗土]族|蒙古族(?!自治区)))"
"""What makes another place of a short name: a road, a district, an autonomous prefecture or county."""
_WITH = re.compile(r"(?:与|和|同|向|驻|由|从|承接|对口支援)$")
"""Before a province: it is another party."""
_ENDS = re.compile(r"(?:维吾尔|壮族|回族)?(?:自治区|特别行政区)$|[省市]$")

_CITIES: Mapping[str, str] = {
    "广东省": "深圳|珠海|汕头|广州", "福建省": "厦门|福州", "浙江省": "杭州|宁波", "江苏省": "南京|苏州|无锡|徐州",
    "山东省": "济南|青岛|淄博", "辽宁省": "沈阳|大连|鞍山|抚顺|本溪", "湖北省": "武汉", "四川省": "成都", "陕西省": "西安",
    "黑龙江省": "哈尔滨|齐齐哈尔", "吉林省": "长春|吉林", "河北省": "石家庄|唐山|邯郸", "河南省": "郑州|洛阳",
    "湖南省": "长沙", "江西省": "南昌", "安徽省": "合肥|淮南", "山西省": "太原|大同", "云南省": "昆明", "贵州省": "贵阳",
    "甘肃省": "兰州", "青海省": "西宁", "海南省": "海口", "广西壮族自治区": "南宁", "内蒙古自治区": "呼和浩特|包头",
    "新疆维吾尔自治区": "乌鲁木齐", "西藏自治区": "拉萨", "宁夏回族自治区": "银川",
}  # fmt: skip
"""Cities whose own statutes go back furthest, by province: a text called by one of them speaks of its province. Others are unknown here."""


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
    return {one: re.compile(f"{one}|{_BEFORE}{short}{_LOCAL}{_of_cities(one)}") for one, short in shorts.items()}


def _of_cities(province: str) -> str:
    """Return what speaks of a province by one of its cities, beside its own names."""
    return f"|{_BEFORE}(?:{_CITIES[province]})(?:市|经济特区)" if province in _CITIES else ""
