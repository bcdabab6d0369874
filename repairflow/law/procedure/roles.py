"""On whose side a role stands, and for whom an outcome speaks: closed vocabularies that checks, paths and pages share.

They are `workflows/vocabulary.toml`, and an installation's own entries beside it (`use`, once at the start of a
process): the collections here are filled in place, so whoever has imported one sees those too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Literal, TypeVar

from repairflow.law.procedure.vocabulary import Office, OutcomeSide, Vocabulary, shipped

Entry = TypeVar("Entry", bound=str)
RoleSide = Literal["subject", "office", "system"]

SYSTEM = "system"
"""The role in whose name due deadlines, receipts and linked cases act; nobody signs in as it."""

_subjects: set[str] = set()
_citizens: set[str] = set()
_approving: set[str] = set()
_offices: dict[str, Office] = {}
_outcomes: dict[str, OutcomeSide] = {}
_own_posts: dict[str, str] = {}
_outcome_labels: dict[str, str] = {}

SUBJECT_ROLES: AbstractSet[str] = _subjects
"""Roles of the subject (信用主体), of who speaks for it (代理人、监护人), and of citizens who turn to an office."""

OFFICE_ROLES: Mapping[str, Office] = _offices
"""Posts that people hold, and which of a case's three offices each belongs to: a role outside is nobody's."""

CITIZEN_ROLES: AbstractSet[str] = _citizens
"""Who turns to an office about somebody else: anybody, and never shown to those who handle the case."""

APPROVING_ROLES: AbstractSet[str] = _approving
"""Posts that approve (批准): above those that take in, examine and propose."""

OUTCOMES: Mapping[str, OutcomeSide] = _outcomes
"""Every outcome a final state may have, seen from the subject: of an unknown one nobody could say whether it refuses."""

OWN_POSTS: Mapping[str, str] = _own_posts
"""The posts of an installation's own, and what they are called."""


_in_use: list[Vocabulary | None] = [None]


@contextmanager
def using(own: Vocabulary | None) -> Iterator[None]:
    """Within the block the collections hold these entries too, in place of those in use."""
    before = _in_use[0]
    use(own)
    try:
        yield
    finally:
        use(before)


def use(own: Vocabulary | None) -> None:
    """Ensure that the collections hold the shipped entries and these."""
    _in_use[0] = own
    both = [shipped(), *([own] if own is not None else [])]
    roles = {name: role for one in both for name, role in one.role.items()}
    outcomes = {name: outcome.side for one in both for name, outcome in one.outcome.items()}
    posts = {
        name: role.label for name, role in (own.role.items() if own is not None else ()) if role.office is not None
    }
    _fill(_subjects, {name for name, role in roles.items() if role.office is None})
    _fill(_citizens, {name for name, role in roles.items() if role.side == "citizen"})
    _fill(_approving, {name for name, role in roles.items() if role.approves and role.office is not None})
    _refill(_offices, {name: role.office for name, role in roles.items() if role.office is not None})
    _refill(_outcomes, outcomes)
    _refill(_outcome_labels, {name: outcome.label for one in both for name, outcome in one.outcome.items()})
    _refill(_own_posts, posts)


def _refill(kept: dict[str, Entry], wanted: Mapping[str, Entry]) -> None:
    for gone in kept.keys() - wanted.keys():
        del kept[gone]
    kept.update(wanted)


def _fill(kept: set[str], wanted: set[str]) -> None:
    kept.intersection_update(wanted)
    kept.update(wanted)


def role_side(role: str) -> RoleSide:
    """Return the side a role stands on; every role that is neither the system's nor listed as the subject's is an office's."""
    if role == SYSTEM:
        return "system"
    return "subject" if role in SUBJECT_ROLES else "office"


def outcome_side(outcome: str | None) -> OutcomeSide | None:
    """For whom an outcome speaks; None for a state that is not final or an outcome outside the vocabulary."""
    return OUTCOMES.get(outcome) if outcome is not None else None


def outcome_label(outcome: str) -> str:
    """Return what an outcome is called; its code where the vocabulary does not have it."""
    return _outcome_labels.get(outcome, outcome)


use(None)
