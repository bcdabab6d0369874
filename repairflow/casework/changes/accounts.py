"""Commands of administrators about accounts: the account itself, its posts and mandates, its tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from repairflow.casework.changes.base import OfAccount


@dataclass(frozen=True, slots=True)
class AddPerson(OfAccount):
    """Open an account, closed until a password is set (新建账号); the machine's operator may set one at once."""

    name: str
    kind: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RenamePerson(OfAccount):
    """Give a person another name."""

    name: str


@dataclass(frozen=True, slots=True)
class SwitchPerson(OfAccount):
    """Close an account, or open it again."""

    on: bool


@dataclass(frozen=True, slots=True)
class ChangeRole(OfAccount):
    """Grant a post in an office to a person, or take it back (岗位)."""

    role: str
    office: str
    held: bool


@dataclass(frozen=True, slots=True)
class GiveMandate(OfAccount):
    """Note that a person speaks for a subject, named by its code, to a last day or without end (授权)."""

    subject: str
    capacity: str
    until: date | None
    born: str = field(default="", repr=False)  # ISO text: of a person whose document's number tells no birthday


@dataclass(frozen=True, slots=True)
class EndMandate(OfAccount):
    """End a mandate, named by its id or by the code of its subject."""

    mandate: int | str


@dataclass(frozen=True, slots=True)
class IssueToken(OfAccount):
    """Issue a token for a program that acts as this person (接口令牌)."""

    label: str
    days: int


@dataclass(frozen=True, slots=True)
class EndToken(OfAccount):
    """End a token of this account."""

    token_id: int
