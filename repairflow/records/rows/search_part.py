"""A row of what a search finds by parts."""

from __future__ import annotations

from typing import NamedTuple


class SearchPartRow(NamedTuple):
    """A part of a text, and of which subject or record it is."""

    kind: str
    part: str
    of_id: int
