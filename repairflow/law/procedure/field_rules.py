"""What a field (领域) says besides figures: which behaviours are dishonest and how grave, the measures short of a list, and what
it changes of a general list."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import Field

from repairflow.law.procedure.model import Code, Strict

ListOf = TypeVar("ListOf", bound=Strict)


class Behaviour(Strict):
    """One behaviour of the catalogue (失信行为清单): its severity, where that stands, the lists it may lead to."""

    label: str
    severity: Literal["minor", "ordinary", "serious"]
    lists: tuple[Code, ...] = ()  # the lists on which it may put somebody; any of the field's where nothing is said
    basis: tuple[str, ...] = Field(min_length=1)
    verified: bool


class LadderStep(Strict):
    """One rung of the graded measures (提醒、约谈、承诺、教育、公益、列入): the procedure, and the kind of it, that is taken."""

    label: str
    procedure: Code
    kind: Code | None = None
    basis: tuple[str, ...] = Field(min_length=1)
    verified: bool


class ListChange(Strict):
    """What a field has otherwise of a list that its base keeps; what it does not write is as there."""

    measures: tuple[Code, ...] = ()
    after: tuple[Code, ...] = ()
    basis: tuple[str, ...] = Field(min_length=1)
    verified: bool

    def of(self, kind: ListOf) -> ListOf:
        """Return the list as the field keeps it."""
        return kind.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
