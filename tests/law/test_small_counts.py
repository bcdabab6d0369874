"""What is published of counts of persons tells of no few of them, not by a difference either."""

from __future__ import annotations

from itertools import product

import pytest

from repairflow.law.small_counts import LEAST, hidden, table


def test_few_are_not_told() -> None:
    assert [hidden(count) for count in (0, 1, 4, 5, 90)] == [0, None, None, 5, 90]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((7, 0, 5), (7, 0, 5)), ((7, 3), (None, None)), ((9, 7, 3), (9, None, None)), ((9, 1, 1), (None, None, None)),
        ((9, 4, 4), (9, None, None)), ((3,), (None,)), ((0, 0), (0, 0)), ((), ()),
    ],
)  # fmt: skip
def test_a_table_hides_what_its_sum_would_tell(counts: tuple[int, ...], told: tuple[int | None, ...]) -> None:
    assert tuple(table(dict(enumerate(counts))).values()) == told


def test_no_table_tells_a_small_count() -> None:
    for counts in product((0, 1, 2, 4, 5, 9), repeat=4):
        found = table(dict(enumerate(counts)))
        out = [counts[key] for key, count in found.items() if count is None]
        assert all(count == counts[key] and not 0 < count < LEAST for key, count in found.items() if count is not None)
        assert not out or (len(out) > 1 and sum(out) >= LEAST) or all(found[key] in (0, None) for key in found)
