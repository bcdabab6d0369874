"""What a table of open data is: its columns, and how a page of it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection

from repairflow.law.procedure.library import Library

Cell: TypeAlias = str | int | bool | date | None
Kind: TypeAlias = Literal["string", "date", "boolean", "integer"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: its name for programs, its title for people; `required` where no row is without it."""

    name: str
    title: str
    kind: Kind = "string"
    required: bool = True
    note: str = ""


class Rows(NamedTuple):
    """One page: each row in the order of the fields; `next` begins the next page, empty on the last."""

    rows: tuple[tuple[Cell, ...], ...]
    next: str


Read: TypeAlias = Callable[[Connection, Library, date, str], Rows]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table: what it holds, and how a page of it is read. `read` raises Invalid for a beginning that is no place of ours."""

    name: str
    title: str
    summary: str
    fields: tuple[Field, ...]
    read: Read
