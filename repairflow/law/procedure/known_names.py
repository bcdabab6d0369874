"""Which keys a place of a definition file may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args, get_origin

from pydantic import BaseModel


def keys_at(form: type[BaseModel], location: Iterable[int | str]) -> tuple[str, ...]:
    """Return the keys that the table at this location of a form takes; none where the location leads to no table with fixed keys."""
    kind: object = form
    for part in location:
        kind = _plain(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            if part not in fields:
                return ()
            kind = fields[str(part)]
        elif get_args(kind):
            kind = get_args(kind)[1 if _is_mapping(kind) else 0]
        else:
            return ()
    kind = _plain(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return ()
    return tuple(field.alias or name for name, field in kind.model_fields.items() if name not in SET_BY_READING)


SET_BY_READING = frozenset({"digest", "where", "body"})
"""Fields that reading sets: no file has them itself."""


def _plain(kind: object) -> object:
    """Return an annotation without `| None`, and without what is only said beside it."""
    origin = get_origin(kind)
    if origin is not None and not isinstance(origin, type):
        kind = get_args(kind)[0]  # Annotated
    choices = [one for one in get_args(kind) if one is not type(None)]
    if type(None) in get_args(kind) and len(choices) == 1:
        return _plain(choices[0])
    return kind


def _is_mapping(kind: object) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)
