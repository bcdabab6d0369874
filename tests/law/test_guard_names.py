"""Every guard has one place and one name."""

from __future__ import annotations

from repairflow.law.guards import GUARDS, common, designation, lists_and_interviews, measures, review, supplement


def test_no_name_is_taken_twice() -> None:
    """Files name guards; were one name in two modules, the last would silently count."""
    modules = (common, designation, lists_and_interviews, measures, review, supplement)
    assert len(GUARDS) == sum(len(module.GUARDS) for module in modules)


def test_a_guard_bears_the_name_of_its_rule() -> None:
    assert all(name == one.name == one.rule.__name__ for name, one in GUARDS.items())
