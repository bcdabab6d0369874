"""Invented names of companies, and the serials of their credit codes: as many as a town of any size needs, none twice."""

from __future__ import annotations

from repairflow.law.identifiers import USCC_ALPHABET

_SIGNS = (
    "安百昌诚春达德鼎东丰福富冠广国海汉恒宏华汇吉嘉建锦晶巨凯康坤乐利隆茂明宁鹏平"
    "启荣瑞森盛顺泰天通旺祥新鑫信兴旭阳益永裕元源远云泽兆正志中"
)
_TRADES = (
    "建材", "食品", "运输", "机械", "化工", "纺织", "包装", "物流", "餐饮", "装饰", "电子", "五金", "塑业", "水产", "农业", "环保",
    "家具", "服饰", "医药", "印务", "商贸", "园林", "建筑", "汽修",
)  # fmt: skip
_REPRESENTATIVES = (
    "蒋一舟", "罗清和", "郭长风", "宋远山", "顾景行",
    "许星河", "沈微", "林疏影", "秦牧", "姜南", "陶知秋", "陆晚晴", "温言之", "白若水", "杜衡",
)  # fmt: skip
_PRIME = 7_919  # has no part in common with what it is taken by: each number comes once


def company(number: int, seed: int) -> str:
    """Return the name of the company of this number; two numbers below 90,000 give two names, so do larger ones."""
    pairs = len(_SIGNS) ** 2
    most = pairs * len(_TRADES)
    round_, place = divmod(number, most)
    trade, pair = divmod((place * _PRIME + seed) % most, pairs)
    first, second = divmod(pair, len(_SIGNS))
    branch = f"第{round_ + 1}" if round_ else ""
    return f"云溪{_SIGNS[first]}{_SIGNS[second]}{branch}{_TRADES[trade]}有限公司"


def serial(number: int) -> str:
    """Return the eight characters of an organisation code; those of the demonstration begin otherwise."""
    found = ""
    for _ in range(6):
        number, digit = divmod(number, len(USCC_ALPHABET))
        found = USCC_ALPHABET[digit] + found
    return "MB" + found


def representative(number: int) -> str:
    """Return who speaks for it; these names come again, as names do."""
    return _REPRESENTATIVES[number % len(_REPRESENTATIVES)]
