"""Names of companies and offices as people type them: without what is written differently, and by first letters. Pure."""

from __future__ import annotations

import unicodedata

from repairflow.law.spoken_letters import spoken_letters

LONGEST = 200


def plain_name(name: str) -> str:
    """Return a name without what people type differently: widths, brackets, spaces, dots, letter case."""
    return plain_words(name)[:LONGEST]


def plain_words(text: str) -> str:
    """Return a text of any length in the same way: what a name is looked for in."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def initials(name: str) -> str:
    """Return the first letters of a name as it is spoken (拼音首字母), other letters and figures as they are: 云溪建材 → yxjc.

    A character read in several ways has the one its word asks for (重庆 → cq).
    """
    return spoken_letters(plain_name(name)).lower()[:LONGEST]
