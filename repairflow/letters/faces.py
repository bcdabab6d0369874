"""Small faces cut from large ones, so that a letter neither waits for nor carries a 50,000-glyph collection.

HarfBuzz cuts a face in tens of milliseconds through its stable C interface. A worker cuts the common characters
out of each large face once, and the few rarer ones of a letter (堃 喆 㛃 𬭎) for that letter alone.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from repairflow.errors import ConfigurationError
from repairflow.letters.fonts import Face, FaceSet

_KEEP_NOTHING_EXTRA = 0x1 | 0x4  # no hinting, desubroutinise: what WeasyPrint's second cut would do again
_DROP_TABLE_TAG = 3
# Layout tables would bring in glyphs by substitution; the embedded text needs none of them.
_DROPPED_TABLES = (b"GSUB", b"GPOS", b"BASE", b"VORG", b"vhea", b"vmtx", b"DSIG")


@dataclass(frozen=True, slots=True)
class SmallFace:
    """A cut face under a name of its own: to be declared by @font-face as `asset:<name>`."""

    name: str
    weight: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """The CSS family list of each role, and the small faces those lists name."""

    stacks: tuple[tuple[str, str], ...]  # no blanks after commas: the engine's SVG reader keeps them in the names
    small: tuple[SmallFace, ...]


@cache
def repertoire() -> frozenset[str]:
    """The first level of GB 2312 (3,755 characters by pronunciation) with its signs and ASCII: what a worker cuts once.

    The second level would double the size of each letter's fonts: glyphs keep their places when the engine cuts again.
    """
    cells = (bytes([row, cell]) for row in range(0xA1, 0xD8) for cell in range(0xA1, 0xFF))
    letters = {c for cell in cells for c in cell.decode("gb2312", "ignore")}
    return frozenset(letters | set(map(chr, range(0x20, 0x7F))) | set("—–…·〇〔〕"))


def wardrobe(known: FaceSet, text: str) -> Wardrobe:
    """What to print `text` in: small faces for common characters, and for the rare ones faces holding just those."""
    small: dict[str, SmallFace] = {}
    stacks = []
    printed = {c for c in text if not c.isspace()}
    for role, of_role in known.roles().items():
        names = []
        left = set(printed)
        for place, face in enumerate(of_role):
            if not face.large:
                names.append(face.family)
                left = {c for c in left if not face.holds(c)}
                continue
            cuts = [_common(face)] if place == 0 else []
            if place == 0:
                left -= repertoire()
            rare = sorted(c for c in left if face.holds(c))
            if rare:
                cuts.append(_cut(face, rare))
                left.difference_update(rare)
            small.update({piece.name: piece for piece in cuts})
            names += [piece.name for piece in cuts]
        stacks.append((role, ",".join(f'"{name}"' for name in names)))
    return Wardrobe(tuple(stacks), tuple(small.values()))


@cache
def _common(face: Face) -> SmallFace:
    return _cut(face, sorted(c for c in repertoire() if face.holds(c)))


def _cut(face: Face, characters: Iterable[str]) -> SmallFace:
    text = "".join(characters)
    key = f"{face.path}:{face.index}:{text}"
    name = "rf" + hashlib.sha256(key.encode()).hexdigest()[:16]
    return SmallFace(name, face.weight, cut(face, text))


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    try:
        harfbuzz, subset = ctypes.CDLL("libharfbuzz.so.0"), ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError as wrong:
        raise ConfigurationError("缺少 libharfbuzz-subset0，请安装后再制作文书。") from wrong
    handle, number = ctypes.c_void_p, ctypes.c_uint
    signatures: list[tuple[ctypes.CDLL, str, object, list[object]]] = [
        (harfbuzz, "hb_blob_create_from_file", handle, [ctypes.c_char_p]),
        (harfbuzz, "hb_blob_get_data", handle, [handle, ctypes.POINTER(number)]),
        (harfbuzz, "hb_blob_destroy", None, [handle]),
        (harfbuzz, "hb_face_create", handle, [handle, number]),
        (harfbuzz, "hb_face_destroy", None, [handle]),
        (harfbuzz, "hb_face_reference_blob", handle, [handle]),
        (harfbuzz, "hb_set_add", None, [handle, number]),
        (subset, "hb_subset_input_create_or_fail", handle, []),
        (subset, "hb_subset_input_destroy", None, [handle]),
        (subset, "hb_subset_input_unicode_set", handle, [handle]),
        (subset, "hb_subset_input_set", handle, [handle, ctypes.c_int]),
        (subset, "hb_subset_input_set_flags", None, [handle, number]),
        (subset, "hb_subset_or_fail", handle, [handle, handle]),
    ]
    for library, name, result, arguments in signatures:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return harfbuzz, subset


def cut(face: Face, characters: str) -> bytes:
    """A font file holding just these characters of a face; ConfigurationError when HarfBuzz cannot cut it."""
    harfbuzz, subset = _libraries()
    blob = harfbuzz.hb_blob_create_from_file(str(face.path).encode())
    whole = harfbuzz.hb_face_create(blob, face.index)
    wish = subset.hb_subset_input_create_or_fail()
    try:
        for character in characters:
            harfbuzz.hb_set_add(subset.hb_subset_input_unicode_set(wish), ord(character))
        subset.hb_subset_input_set_flags(wish, _KEEP_NOTHING_EXTRA)
        for tag in _DROPPED_TABLES:
            harfbuzz.hb_set_add(subset.hb_subset_input_set(wish, _DROP_TABLE_TAG), int.from_bytes(tag, "big"))
        small = subset.hb_subset_or_fail(whole, wish)
        if not small:
            raise ConfigurationError(f"字体 {face.path.name} 不能裁剪，请更换字体。")
        data = harfbuzz.hb_face_reference_blob(small)
        size = ctypes.c_uint()
        content = ctypes.string_at(harfbuzz.hb_blob_get_data(data, ctypes.byref(size)), size.value)
        harfbuzz.hb_blob_destroy(data)
        harfbuzz.hb_face_destroy(small)
        return content
    finally:
        subset.hb_subset_input_destroy(wish)
        harfbuzz.hb_face_destroy(whole)
        harfbuzz.hb_blob_destroy(blob)
