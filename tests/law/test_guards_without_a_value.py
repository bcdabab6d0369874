"""A condition that lacks a value it needs is told, and keeps no other check from ending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from repairflow.law.checks import problems
from repairflow.law.procedure.model import GuardUse, Procedure
from tests.support.shipped import library, shipped_names


def uses() -> Iterator[tuple[str, str, Procedure, str, GuardUse]]:
    """Each guard with each of its values once, in the first shipped procedure that has it."""
    seen = set()
    for procedure in library().procedures.values():
        for name, action in procedure.action.items():
            for use in action.guards:
                for key in use.parameters:
                    if (use.guard, key) not in seen:
                        seen.add((use.guard, key))
                        yield use.guard, key, procedure, name, use


USES = list(uses())
OPTIONAL = {"first_case_was procedure", "clock_not_yet_extended clock", "clock_not_yet_over clock"}
"""What may be left out: the first case may have been of any procedure, and the limit that the step extends is meant."""


@pytest.mark.parametrize(("guard", "key", "procedure", "name", "use"), USES, ids=[f"{one[0]} {one[1]}" for one in USES])
def test_it_is_told_and_ends_no_check(guard: str, key: str, procedure: Procedure, name: str, use: GuardUse) -> None:
    left = {other: value for other, value in use.parameters.items() if other != key}
    action = procedure.action[name]
    guards = tuple(one if one is not use else GuardUse(guard=guard, parameters=left) for one in action.guards)
    spoilt = procedure.model_copy(
        update={"action": {**procedure.action, name: action.model_copy(update={"guards": guards})}}
    )
    told = {one.code for one in problems(spoilt, names=shipped_names())}
    assert ("guard_parameters" in told) != (f"{guard} {key}" in OPTIONAL)
