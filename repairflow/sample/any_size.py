"""A town of any size: up to `by_steps` cases by real steps, what is beyond them as copies with numbers and names of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import NamedTuple

from repairflow import times
from repairflow.app.program import Program
from repairflow.sample import copies, town
from repairflow.sample.seeded_cases import SPAN, CaseMaker
from repairflow.sample.town import Sample

BY_STEPS = 20_000
"""So many cases at most are brought to their state by real steps."""
PATTERN = 500
"""So many of them, which have ended, are copied again and again for what is beyond: an archive."""
OPEN = 1_000
"""Of the last so many two fifths are open or new; those before them have ended: what is being worked on does not grow with
the archive."""
TOLD = 1_000
"""After so many cases somebody who waits hears of it."""


class Wanted(NamedTuple):
    """How many cases, which ones, and how many of them by real steps."""

    cases: int
    seed: int
    by_steps: int = BY_STEPS


def make(program: Program, wanted: Wanted, say: Callable[[int], object] = lambda _: None) -> None:
    """Fill an empty, migrated database with a town of so many cases; `say` hears how many there are meanwhile.

    Afterwards every event stands in the signed log and every row is bound: `audit verify` finds nothing.
    """
    sample, today = Sample(program), times.today()
    long_ago = times.at(today - timedelta(days=2 * SPAN + 20), time(9))
    with times.set_clock(lambda: long_ago), program.db.begin() as tx:
        town.parties(tx, sample, today)
        town.targets(tx, sample)
        town.own_rules(tx, sample)
        town.fine_thresholds(tx, sample)
    low = copies.marks(program.db)
    size = min(PATTERN, max(1, wanted.by_steps // 2), wanted.cases)
    times_over = max(0, -((wanted.by_steps - wanted.cases) // size))
    teller = CaseMaker(sample, today, wanted.seed, program.law.in_force("repair", today).effective)
    steps = wanted.cases - times_over * size
    for told in range(1, steps + 1):
        copied = times_over > 0 and told <= size
        teller.tell(ended=copied or told <= steps - OPEN)
        if told == size:
            pattern = copies.Pattern(low, copies.marks(program.db), size)
        if told % TOLD == 0:
            say(told)
    copies.write(program, pattern, times_over, wanted.seed, lambda more: say(told + more))
    copies.bind(program)
