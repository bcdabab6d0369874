"""The demonstration: an invented town whose cases were brought to their state by real steps.

Everything happens through casework with the clock set back, so trail, letters and due days are what they would be.
"""

from __future__ import annotations

from datetime import time, timedelta

from repairflow import times
from repairflow.app.program import Program
from repairflow.sample import chains, families, farms, remedies, story, town
from repairflow.sample.town import COMPANIES, OFFICES, Sample

__all__ = ["COMPANIES", "OFFICES", "make"]


def make(program: Program) -> None:
    """Fill an empty, migrated database with the demonstration. Today is the last day of its story."""
    sample = Sample(program)
    today = times.today()
    long_ago = times.at(today - timedelta(days=420), time(9))
    with times.set_clock(lambda: long_ago), program.db.begin() as tx:
        town.parties(tx, sample, today)
        town.targets(tx, sample)
        town.own_rules(tx, sample)
        town.fine_thresholds(tx, sample)
    story.add(sample, today)
    remedies.add(sample, today)
    chains.add(sample, today)
    families.add(sample, today)
    farms.add(sample, today)
