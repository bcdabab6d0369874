"""The known name that somebody meant who wrote another."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 12
"""So many names are listed where none is near."""


def meant(name: str, known: Iterable[str]) -> str:
    """Return what to write in place of an unknown name, as the end of a sentence: the nearest known one, else all where they are few."""
    names = sorted(set(known))
    if near := get_close_matches(name, names, 1, 0.6):
        return f"；是不是“{near[0]}”"
    return f"；可用的有：{'、'.join(names)}" if 0 < len(names) <= FEW else ""
