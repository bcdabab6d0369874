"""The class of a penalty: simple procedure, stated lines of fines, and the gentlest class where nobody stated any."""

from __future__ import annotations

import pytest

from repairflow.errors import Invalid
from repairflow.law.classing import NO_THRESHOLDS, Classed, Offence, Thresholds, classed, label
from tests.support.shipped import library

LINES = Thresholds(0.5, 50)
FINE, BOTH, GRAVE = ("fine",), ("fine", "confiscate_gains"), ("fine", "revoke_permit")

# kinds, fine in 万元, simple procedure, lines: class, gravest, what it waits for
CASES = [
    (FINE, 0.02, None, NO_THRESHOLDS, ("minor", "serious", "threshold")),
    (FINE, 5000, None, NO_THRESHOLDS, ("minor", "serious", "threshold")),
    (FINE, 0.49, None, LINES, ("minor", "minor", None)),
    (FINE, 0.5, None, LINES, ("ordinary", "ordinary", None)),
    (FINE, 49.99, None, LINES, ("ordinary", "ordinary", None)),
    (FINE, 50, None, LINES, ("serious", "serious", None)),
    (FINE, None, None, LINES, ("minor", "serious", "amount")),
    (FINE, 0.02, True, NO_THRESHOLDS, ("minor", "minor", None)),
    (FINE, 0.02, False, NO_THRESHOLDS, ("minor", "serious", "threshold")),
    (BOTH, 2, None, NO_THRESHOLDS, ("ordinary", "serious", "threshold")),  # confiscation alone makes it ordinary
    (BOTH, 0.1, None, LINES, ("ordinary", "ordinary", None)),
    (GRAVE, 2, None, NO_THRESHOLDS, ("serious", "serious", None)),  # no line could change it
    (("warning",), None, None, NO_THRESHOLDS, ("minor", "minor", None)),
    (("warning", "fine"), 1, None, LINES, ("ordinary", "ordinary", None)),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "fine", "simple", "lines", "expected"), CASES)
def test_the_class_of_a_penalty(
    kinds: tuple[str, ...], fine: float | None, simple: bool | None, lines: Thresholds, expected: tuple[str, str, str]
) -> None:
    found = classed(library().packs["CN-2026"], Offence(kinds, fine, simple), lines)
    assert (found.severity, found.gravest, found.waits_for) == expected


def test_a_pack_that_states_lines_goes_before_the_office() -> None:
    pack = library().packs["CN-2026"]
    fine = pack.penalty["fine"].model_copy(update={"minor_below_wan": 1, "serious_from_wan": 10})
    sector = pack.model_copy(update={"penalty": {**pack.penalty, "fine": fine}})
    assert classed(sector, Offence(FINE, 0.6), LINES) == Classed("minor", "minor")
    assert classed(sector, Offence(FINE, 10), LINES) == Classed("serious", "serious")


def test_order_58_knew_no_lines() -> None:
    assert classed(library().packs["CN-2023"], Offence(FINE, 0.02)) == Classed("ordinary", "ordinary")


def test_a_kind_that_no_pack_knows_is_named() -> None:
    with pytest.raises(Invalid, match="mystery"):
        classed(library().packs["CN-2026"], Offence(("mystery",), None))


def test_a_provisional_class_says_so() -> None:
    assert (label("ordinary", None), label("minor", "threshold")) == ("一般失信", "轻微失信（暂定）")
