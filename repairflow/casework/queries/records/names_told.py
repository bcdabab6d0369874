"""Whose name stands in what programs read and keep (开放数据、变动清单). A page can be asked for one; a file tells of all at once."""

from __future__ import annotations

PERSON, TRADER = "natural_person", "sole_trader"


def told_name(name: str, kind: str) -> str | None:
    """Return the name of a subject of this kind; None for a 个体工商户, whose name may be that of the person who runs it."""
    return None if kind in {PERSON, TRADER} else name
