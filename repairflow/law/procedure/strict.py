"""What every value read from a definition file is: frozen, without keys nobody knows, each value of the type its key is of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator


class Strict(BaseModel):
    """Base of all that is read from definitions.

    A number in quotes is no number, 1 is not true, and a day in quotes is no day: whoever wrote that meant something else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_fixed(cls, data: object) -> object:
        """Keep lists of a file as tuples: nobody changes them later."""
        return _fixed(data) if isinstance(data, dict) else data


def _fixed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _fixed(one) for name, one in value.items()}
    return tuple(map(_fixed, value)) if isinstance(value, list) else value


def of(*, kept: bool) -> bool | None:
    """Return how strictly a file is read. What a database keeps of an earlier version is read as that version read it, 3 out of "3": cases
    are handled by it, nobody can write it anew, and without it the program would not start."""
    return False if kept else None
