"""Small counts (小数字不公布): figures from which nobody can tell a person. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

LEAST = 5
"""The smallest count that is published where it counts persons; none at all is published as well."""
K = TypeVar("K")


def hidden(count: int) -> int | None:
    """Return the count, or None where it would tell of a few persons."""
    return None if 0 < count < LEAST else count


def table(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Return the counts of one sum. So many are hidden that what is missing from the sum is no small count either."""
    order = sorted((count, place) for place, count in enumerate(counts.values()) if count)
    out: set[int] = set()
    missing = 0
    for count, place in order:
        if count >= LEAST and (not out or missing >= LEAST) and (len(out) != 1):
            break
        out.add(place)
        missing += count
    return {key: None if place in out else count for place, (key, count) in enumerate(counts.items())}
