"""Posts as the page of shared-out work names them."""

from __future__ import annotations

import pytest

from repairflow.web.staff.assignees import labels_of


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
