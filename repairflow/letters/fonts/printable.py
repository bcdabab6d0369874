"""Characters that no font of this node can print, named before a letter is composed rather than when it is pressed."""

from __future__ import annotations

import unicodedata

from repairflow.errors import ConfigurationError
from repairflow.letters.fonts.families import FontFamilies, missing_glyphs

MOST_NAMED = 10
_RARE_PLANES = "\U00020000"  # and beyond: Chinese characters of extensions B to H
_USUAL = FontFamilies()


def unprintable(text: str, families: FontFamilies | None = None) -> str:
    """Return the characters of a text that some role's fonts all lack, as a message names them; empty when all can be printed.

    A node without fonts prints nothing itself and cannot tell: there the letter waits at the worker, as one whose font is
    taken away later does.
    """
    return "、".join(f"{c}（U+{ord(c):04X}）" for c in _missing(text, families)[:MOST_NAMED])


def how_else(text: str, families: FontFamilies | None = None) -> str:
    """Return what to do about the characters of a text that cannot be printed, by what they are: a rare Chinese character needs a font,
    a name in a script whose letters join or stack (Tibetan, Uyghur, Mongolian, Arabic) has another way to be written."""
    missing = _missing(text, families)
    if any(c >= _RARE_PLANES and unicodedata.category(c) in {"Lo", "Cn"} for c in missing):
        return "生僻汉字请系统管理员安装含有该字的字体（fonts-hanazono）后再办理"
    if any(unicodedata.category(c)[0] in "LM" for c in missing):
        return "请改用登记的汉字名称，或者护照等证件上的拉丁字母写法"
    return "请改用其他写法"


def _missing(text: str, families: FontFamilies | None) -> list[str]:
    try:
        return sorted(missing_glyphs(text, families or _USUAL))
    except ConfigurationError:
        return []
