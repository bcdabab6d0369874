"""What of a case is shown to whom: limits that ran while nothing was served yet are the offices' own."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from repairflow.law.deadlines.due import Due


def dues_shown(dues: Iterable[Due], hidden: Collection[str]) -> tuple[Due, ...]:
    """Return those of the limits that ran at some time while the case stood in a state that is not hidden."""
    return tuple(due for due in dues if any(step.state not in hidden for step in due.run.steps[due.run.entered :]))
