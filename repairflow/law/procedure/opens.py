"""What a procedure says of other cases and other offices: the follow-up a step opens, and who decides in place of the deciding office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from repairflow.law.procedure.strict import Strict


class Opens(Strict):
    """This action opens a follow-up case of another procedure, carrying facts over."""

    procedure: str
    kind: str | None = None
    carry: tuple[str, ...] = ()
    set: Mapping[str, str] = {}  # facts the follow-up begins with, the same for every case


class DecidedBy(Strict):
    """A statute of a place leaves the decision to the office that provided the information (`basis`); the deciding office forwards the
    matter, asking what the statute has it do (`asks`, one clause of our own), passes the result on and carries it out."""

    office: Literal["provider"]
    basis: tuple[str, ...] = Field(min_length=1)
    asks: str = Field(min_length=4)
    tells: bool = False  # the statute has that office tell the applicant, within its own limit
