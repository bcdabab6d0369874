"""Ids of commands: what follows from a command has an id of its own, always the same, that an event can keep."""

from __future__ import annotations

import pytest

from repairflow.casework.commands import LONGEST_ID, following_id
from repairflow.records import event


@pytest.mark.parametrize("before", ["c1", "x" * 60, "x" * 80, "follow/" + "0" * 40 + "-1/lift_with_record/receipt"])
def test_what_follows_has_an_id_of_its_own(before: str) -> None:
    one, other = following_id(before, "complete"), following_id(before, "seal")
    assert one == following_id(before, "complete") != other
    assert max(len(one), len(other)) <= LONGEST_ID == event.c.command_id.type.length


def test_a_short_one_stays_readable() -> None:
    assert following_id("c1", "complete") == "c1/complete"
