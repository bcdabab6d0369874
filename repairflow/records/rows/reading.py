"""Reads the answer of a query into rows of a named tuple type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import CursorResult

R = TypeVar("R", bound=NamedTuple)


def all_rows(result: CursorResult[Any], row: type[R]) -> list[R]:
    """Return all rows of the answer. TypeError when its columns are not the fields of `row`, in their order."""
    return [*map(_reading(result, row), result)]


def first_row(result: CursorResult[Any], row: type[R]) -> R | None:
    """Return the first row of the answer, or None. TypeError as `all_rows`."""
    read, found = _reading(result, row), result.first()
    return None if found is None else read(found)


def one_row(result: CursorResult[Any], row: type[R]) -> R:
    """Return the only row of the answer. NoResultFound or MultipleResultsFound otherwise, TypeError as `all_rows`."""
    return _reading(result, row)(result.one())


def _reading(result: CursorResult[Any], row: type[R]) -> Callable[[Iterable[object]], R]:
    # Values go into the fields by their place: were the names not compared, a wrong order would pass unseen.
    names = tuple(result.keys())
    if names != row._fields:
        raise TypeError(f"{row.__name__} has the fields {row._fields}, the query gives {names}")
    return row._make
