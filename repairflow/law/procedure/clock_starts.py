"""From what a limit counts, in words, where it is neither the step that enters its states nor the service of a letter."""

from __future__ import annotations

from repairflow.law.procedure.model import Clock, Procedure


def starting_day(procedure: Procedure, clock: Clock) -> str:
    """Return the label of the input that gives the day from which a limit counts (`starts_on`); empty where no input does."""
    if clock.starts_on is None:
        return ""
    forms = (*(action.inputs for action in procedure.action.values()), procedure.inputs)
    return next((form[clock.starts_on].label for form in forms if clock.starts_on in form), clock.starts_on)
