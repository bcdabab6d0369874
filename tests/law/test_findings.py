"""The review of the law point by point: docs/law-findings.md says of each of its 26 points what the product does and which tests hold it.

A point whose test is renamed or gone fails here, and so does one that neither a test nor a reason stands for.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law-findings.md"
EVERY = range(1, 27)


@cache
def defined_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@cache
def points() -> dict[int, list[str]]:
    """The cells of each line of the page's table, by the number of its point."""
    lines = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {int(number): [cell.strip() for cell in cells.split(" | ")] for number, cells in lines}


@pytest.mark.parametrize("point", EVERY)
def test_each_point_has_tests_that_exist_or_a_written_reason(point: int) -> None:
    said, now, tests, reason = points()[point]
    assert len(said) > 5
    assert len(now) > 5
    named = re.findall(r"`([^`]+)`", tests)
    assert named or len(reason) > 10
    for one in named:
        file, _, name = one.partition("::")
        assert name in defined_in(file), one


def test_the_page_has_no_other_points() -> None:
    assert list(points()) == list(EVERY)
