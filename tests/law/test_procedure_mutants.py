"""Faults set into shipped procedures at every place where they can stand: those that nobody could mean are all found."""

from __future__ import annotations

import pytest

from tests.support.procedure_mutants import sampled, unnoticed

pytestmark = pytest.mark.either_database

ALWAYS = ("another initial", "label twice", "extension longer", "undoable")
"""Kinds of which each mutant is a fault."""


@pytest.mark.parametrize("kind", ALWAYS)
def test_each_of_these_faults_is_found_at_every_place(kind: str) -> None:
    names = ("review-2026-04", "accountability-2026-04", "rectification-2026-04", "revocation-2026-04")
    assert [one.title for one in sampled(100, [kind], names) if unnoticed(one)] == []


@pytest.mark.soak  # twelve seconds for what the larger sample there asks of all kinds
def test_few_targets_ends_and_letters_can_be_exchanged_unnoticed() -> None:
    """What is left means another lawful procedure: an outcome of the same side, a step that leads further on."""
    made = list(
        sampled(
            15,
            ["another target", "another letter", "no letter", "quick end"],
            ["repair-2026-04", "list_removal-2026-04"],
        )
    )
    left = [one.title for one in made if unnoticed(one)]
    assert len(left) <= len(made) // 12, left
