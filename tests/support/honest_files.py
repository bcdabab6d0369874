"""Files of an office's own, each with one passage to be judged: many are checked together, each is told apart by its name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from repairflow.law.divisions import division_fault
from tests.support.shipped import together

OWN = """[basis.own]
cite = "《江苏省社会信用条例》"
article = "第三十条"
says = "应当在规定的期限内办理并告知结果"
source = "https://example.org/x"
read_by = "张三"
read_on = 2026-11-20
verified = true
"""


@cache
def counties() -> tuple[str, ...]:
    """Codes of counties of one province: each overlay has its own place, so that none of them contradicts another."""
    return tuple(code for code in map(str, range(320200, 321400)) if code[4:] != "00" and division_fault(code) is None)


def overlay(number: int, base: str, more: str, label: str = "本县细化", place: str = "") -> str:
    """An overlay with these lines behind its head."""
    return (
        f'overlay = "own_{number}"\nlabel = "{label}"\nbase = "{base}"\nbase_version = "2026-04"\nversion = "2026-04.{100 + number}"\n'
        f'jurisdiction = "{place or counties()[number]}"\neffective = 2026-12-01\n{more}'
    )


def pack(number: int, more: str) -> str:
    """A pack of a county over the general one, with an article that was read."""
    return (
        f'pack = "OWN{number}-2027"\nlabel = "本县规则"\njurisdiction = "{counties()[number]}"\ndomain = "general"\nover = "CN-2026"\n'
        f"effective = 2027-01-01\n{OWN}{more}"
    )


def refused(texts: Sequence[str], code: str = "") -> dict[int, list[str]]:
    """What is refused of each file, by its number; only by this code where one is given."""
    told: dict[int, list[str]] = {}
    for one in together(**{f"own_{number}": text for number, text in enumerate(texts)}):
        if one.severity == "error" and code in ("", one.code):
            told.setdefault(int(one.where.removeprefix("own_").partition(".")[0]), []).append(f"{one.code} {one.text}")
    return told


def rows(text: str) -> list[list[str]]:
    """The rows of a table written as lines of words."""
    return [line.split() for line in text.strip().splitlines()]
