"""`repairflow due`: the count, and what it says of a year whose arrangement is not published."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from repairflow.cli.due import due


@pytest.mark.parametrize(
    ("start", "n", "last", "says"),
    [
        ("2026-12-18", "10", "2027-01-04", True),
        ("2026-12-30", "3", "2027-01-05", True),
        ("2026-12-18", "9", "2026-12-31", False),
    ],
)
def test_a_count_into_an_unpublished_year_says_what_it_rests_on(start: str, n: str, last: str, says: bool) -> None:
    done = CliRunner().invoke(due, [start, "-n", n])
    assert done.exit_code == 0
    assert f"届满日：{last}" in done.output
    assert ("国务院令第795号规定的法定节日" in done.output) == says
