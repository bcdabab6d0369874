"""Posts as the page of shared-out work names them."""

from __future__ import annotations

import pytest

from repairflow.web.staff.assignees import labels_of, told_apart


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ((), ""),
        (("acceptor",), "受理"),
        (("registrar", "acceptor"), "受理"),  # two posts of one name
        (("acceptor", "examiner"), "受理、核查"),
    ],
    ids=["none", "one", "called the same", "two"],
)
def test_posts_are_named_once(roles: tuple[str, ...], said: str) -> None:
    assert labels_of(roles) == said


def test_posts_of_one_name_are_told_apart_in_a_choice() -> None:
    said = [told_apart(role) for role in ("registrar", "acceptor", "checker", "examiner", "reviewer")]
    assert said == ["受理（受理单位）", "受理（决定单位）", "核查（受理单位）", "核查（决定单位）", "审核"]
