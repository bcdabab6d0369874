"""Every guard has one place and one name."""

from __future__ import annotations

from repairflow.law import case_guards, chain_guards, remedy_guards
from repairflow.law.guards import GUARDS


def test_no_name_is_taken_twice() -> None:
    """Files name guards; were one name in two modules, the last would silently count."""
    rooms = (case_guards.GUARDS, chain_guards.GUARDS, remedy_guards.GUARDS)
    assert len(GUARDS) == sum(len(room) for room in rooms)


def test_a_guard_bears_the_name_of_its_rule() -> None:
    assert all(name == one.name == one.rule.__name__ for name, one in GUARDS.items())
