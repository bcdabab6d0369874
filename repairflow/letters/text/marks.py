"""What stands between 机关代字 and the year in a letter's number: each kind has its own, so that a number tells what it is of."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.letters.text import own_texts
from repairflow.letters.text.templates import kinds, template, versions

SHARED = "信"
"""For kinds of an installation's own whose text declares none."""


def mark_of(kind: str, version: str) -> str:
    """Return the mark that a text declares; where an installation's own text declares none, that of the shipped texts of its kind."""
    return template(kind, version).mark or _shipped(kind) or SHARED


def shipped_marks() -> Mapping[str, str]:
    """By kind, the marks of the texts that come with the program; forms and slips have no numbers."""
    return {kind: mark for kind in kinds() if (mark := _shipped(kind))}


def _shipped(kind: str) -> str:
    own = own_texts.texts()
    return next((template(kind, one).mark for one in reversed(versions(kind)) if (kind, one) not in own), "")
