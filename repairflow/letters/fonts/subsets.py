"""Small faces cut from large ones, so that a letter neither waits for nor carries a 50,000-glyph collection.

A worker cuts the common characters out of each large face once, and the few rarer ones of a letter (堃 喆 㛃 𬭎) for that
letter alone. A face of PostScript outlines is cut whatever its size: the cut gives glyphs the CIDs that the PDF will use.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache

from repairflow.letters.fonts.families import Face, FaceSet
from repairflow.letters.fonts.harfbuzz import cut_characters

_ACCENTED = frozenset((*range(0xC0, 0x250), *range(0x1E00, 0x1F00))) - {0xD7, 0xF7}
_OTHER_ALPHABETS = frozenset((*range(0x300, 0x590), *range(0x10A0, 0x1100), *range(0x1F00, 0x2000)))
_BESIDE = frozenset(map(ord, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.’-"))
_BLANKS = frozenset((0x20, 0xA0, 0x3000))
_CUT = "rf"  # begins the name of every cut face


@dataclass(frozen=True, slots=True)
class SmallFace:
    """A cut face under a name of its own: to be declared by @font-face as `asset:<name>`."""

    name: str
    weight: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LetterFonts:
    """The fonts of one letter: the CSS family list of each role, and the small faces those lists name."""

    stacks: tuple[tuple[str, str], ...]  # no blanks after commas: the engine's SVG reader keeps them in the names
    small: tuple[SmallFace, ...]


def is_cut(family: str) -> bool:
    """Tell whether a family is one of ours: a cut face, whose CIDs are its glyph numbers."""
    return re.fullmatch(_CUT + "[0-9a-f]{16}", family) is not None


@cache
def repertoire() -> frozenset[int]:
    """GB 2312 (6,763 characters) with its signs and ASCII: what a worker cuts once."""
    cells = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    letters = {c for cell in cells for c in cell.decode("gb2312", "ignore")}
    return frozenset(map(ord, letters | set("—–…·〇〔〕"))) | frozenset(range(0x20, 0x7F))


def fonts_for(known: FaceSet, text: str) -> LetterFonts:
    """Choose the fonts for `text`: small faces for common characters, and faces of just the rare ones."""
    small: dict[str, SmallFace] = {}
    stacks = []
    printed = frozenset(ord(c) for c in set(text) if not c.isspace())
    for role, of_role in known.roles().items():
        names = []
        left = printed
        for place, face in enumerate(of_role):
            if place == 0 and not face.to_be_cut:
                names.append(face.family)
                left = left - face.codes
                continue
            cuts = [_common(face)] if place == 0 else []
            if place == 0:
                left = left - (repertoire() & face.codes)
            if rare := left & face.codes:
                # a blank after a rare character is asked of the same face; without one the system steps in with a foreign face
                cuts.append(_cut(face, rare | (_BLANKS & face.codes)))
                left = left - rare
            small.update({piece.name: piece for piece in cuts})
            names += [piece.name for piece in cuts]
        stacks.append((role, ",".join(f'"{name}"' for name in names)))
    chosen = dict(stacks)
    for name, role in (("latin", "body"), ("latin_title", "title")):
        latin = _of_names(getattr(known, role), printed)
        small.update({piece.name: piece for piece in latin})
        stacks.append((name, ",".join([*(f'"{piece.name}"' for piece in latin), chosen[role]])))
    return LetterFonts(tuple(stacks), tuple(small.values()))


def _of_names(of_role: tuple[Face, ...], printed: frozenset[int]) -> list[SmallFace]:
    """Return the accented letters of a text (Lü, Nguyễn) and those of other alphabets (Пётр), with the plain ones that a name has beside
    them, from the first face that has them all.

    The small Chinese faces have some for pinyin and Russian, each as wide as a Chinese character, which tears a name apart. None where
    the text has none, and where the role's first face is a large one that has them all: it gives them their own width.
    """
    wanted = printed & (_ACCENTED | _OTHER_ALPHABETS)
    if not wanted:
        return []
    wanted |= _BESIDE & printed
    for place, face in enumerate(of_role):
        if wanted <= face.codes and (place or face.to_be_cut):
            return [_cut(face, wanted | (_BLANKS & face.codes))] if place else []
    return []


@cache
def _common(face: Face) -> SmallFace:
    return _cut(face, repertoire() & face.codes)


def _cut(face: Face, codes: frozenset[int]) -> SmallFace:
    text = "".join(map(chr, sorted(codes)))
    key = f"{face.path}:{face.index}:{text}"
    name = _CUT + hashlib.sha256(key.encode()).hexdigest()[:16]
    return SmallFace(name, face.weight, cut(face, text))


def cut(face: Face, characters: str) -> bytes:
    """Return a font file holding just these characters of a face; ConfigurationError when HarfBuzz cannot cut it."""
    return cut_characters(face.path, face.index, characters)
