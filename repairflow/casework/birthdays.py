"""When a natural person was born: what the number of its document tells, else what was stated (出生日期) and lies sealed beside it."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from repairflow.law.identifiers import birth_in
from repairflow.vault import Vault


class Person(Protocol):
    """What a subject's row tells of its birthday."""

    @property
    def kind(self) -> str: ...
    @property
    def id_sealed(self) -> bytes | None: ...
    @property
    def born_sealed(self) -> bytes | None: ...


def of_number(vault: Vault, one: Person, today: date) -> date | None:
    """Return the birthday that the number kept of a subject tells; a passport's tells none."""
    return birth_in(vault.open(one.id_sealed), today) if one.id_sealed is not None else None


def of(vault: Vault, one: Person, today: date) -> date | None:
    """Return a subject's birthday, or None where nobody knows it. What the number tells goes before what was stated."""
    found = of_number(vault, one, today)
    if found is None and one.born_sealed is not None:
        return date.fromisoformat(vault.open(one.born_sealed))
    return found


def sealed(vault: Vault, born: date) -> bytes:
    """Return a birthday as its column keeps it."""
    return vault.seal(born.isoformat())
