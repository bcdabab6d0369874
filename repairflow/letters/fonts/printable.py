"""Characters that no font of this node can print, named before a letter is composed rather than when it is pressed."""

from __future__ import annotations

from repairflow.errors import ConfigurationError
from repairflow.letters.fonts.families import FontFamilies, missing_glyphs

MOST_NAMED = 10
_USUAL = FontFamilies()


def unprintable(text: str, families: FontFamilies | None = None) -> str:
    """Return the characters of a text that some role's fonts all lack, as a message names them; empty when all can be printed.

    A node without fonts prints nothing itself and cannot tell: there the letter waits at the worker, as one whose font is
    taken away later does.
    """
    try:
        missing = missing_glyphs(text, families or _USUAL)
    except ConfigurationError:
        return ""
    return "、".join(f"{c}（U+{ord(c):04X}）" for c in sorted(missing)[:MOST_NAMED])
