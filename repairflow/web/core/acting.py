"""In whose name an agent of several subjects acts (代理多家主体): the one chosen last, kept in the browser's signed cookie.

It chooses what pages show first and gives no right: every query and command asks the mandates themselves. Lists of cases and
messages may show all subjects at once: that choice stands beside the subject, and ends where one is chosen.
"""

from __future__ import annotations

from flask import session

from repairflow.casework.actor import Actor

_KEPT, _ALL = "subject", "all_subjects"
ALL = "all"
"""What an address says for all subjects."""


def keep(actor: Actor, subject_id: int) -> None:
    """Ensure that pages are in the name of this subject; nothing changes for one the actor does not speak for."""
    if subject_id in actor.subjects and len(actor.subjects) > 1 and session.get(_KEPT) != subject_id:
        session[_KEPT] = subject_id


def choose(actor: Actor, subject_id: int) -> None:
    """Ensure that pages and lists are in the name of this subject, which was asked for itself."""
    keep(actor, subject_id)
    if subject_id in actor.subjects:
        session.pop(_ALL, None)


def choose_all(actor: Actor) -> None:
    """Ensure that lists show all subjects the actor speaks for."""
    if len(actor.subjects) > 1:
        session[_ALL] = True


def shows_all(actor: Actor) -> bool:
    """Tell whether lists show all subjects the actor speaks for."""
    return len(actor.subjects) > 1 and session.get(_ALL) is True


def kept(actor: Actor) -> int | None:
    """Return the subject chosen last, while the actor still speaks for it."""
    found = session.get(_KEPT)
    return found if isinstance(found, int) and found in actor.subjects else None
