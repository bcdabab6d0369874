"""Reconciliation names every record on which a platform and we part, and none on which we agree."""

from __future__ import annotations

import pytest

from repairflow.gateway.messages import Display
from repairflow.gateway.platform import Shown
from repairflow.gateway.reconcile import Decided, compare


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        ("public", "public", None),
        ("ended", "ended", None),
        ("ended", "hidden", None),
        ("ended", None, None),
        ("hidden", None, None),
        ("ended", "public", "still_shown"),
        ("hidden", "disputed", "still_shown"),
        ("public", "ended", "not_shown"),
        ("public", None, "not_shown"),
        ("disputed", None, "not_shown"),
        ("disputed", "public", "mark_missing"),
        ("public", "disputed", "mark_left"),
        (None, "public", "unknown"),
        (None, "ended", None),
    ],
)
def test_differences(ours: Display | None, theirs: Display | None, kind: str | None) -> None:
    decided = [Decided("a", ours)] if ours else []
    shown = [Shown("a", theirs)] if theirs else []
    found = compare(decided, shown)
    assert [one.kind for one in found] == ([kind] if kind else [])
    assert all(one.text.startswith("a：") for one in found)


def test_what_is_under_way_is_no_difference_yet() -> None:
    assert compare([Decided("a", "ended", in_flight=True)], [Shown("a", "public")]) == []


def test_an_older_version_is_a_difference() -> None:
    found = compare([Decided("a", "public", 3)], [Shown("a", "public", 2)])
    assert [one.kind for one in found] == ["outdated"]
    assert compare([Decided("a", "public", 3)], [Shown("a", "public", 3)]) == []


def test_differences_come_by_number() -> None:
    found = compare([Decided("b", "ended"), Decided("a", "ended")], [Shown("b", "public"), Shown("a", "public")])
    assert [one.number for one in found] == ["a", "b"]
