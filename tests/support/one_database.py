"""Which tests the run on PostgreSQL leaves out (docs/decisions/017): what only one database need be asked.

Tests are marked `either_database` in their files, or stand in `LIST`, which `scripts/asked_once.py` writes from what each
was seen to make the server execute.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

LIST = Path(__file__).parent.parent / "asked_of_one_database.txt"


@cache
def listed() -> frozenset[str]:
    """Functions and single tests, by their names of pytest."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_listed(test: str) -> bool:
    """Whether the list names the test or its function."""
    return not listed().isdisjoint((test, test.partition("[")[0]))


def left_out(item: pytest.Item) -> bool:
    """Whether the usual run on PostgreSQL goes without this test."""
    if item.get_closest_marker("browser") is not None:
        return True
    marked = item.get_closest_marker("either_database") is not None
    return marked and item.get_closest_marker("both_databases") is None
