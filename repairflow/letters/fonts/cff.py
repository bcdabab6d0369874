"""PostScript outlines (CFF, Adobe Technical Note 5176): just what a PDF needs to know of them.

In a CID-keyed program a PDF's codes name CIDs, and the charset says which glyph has which (ISO 32000-1, 9.7.4.2). The
engine writes glyph numbers as codes, so glyph numbers and CIDs must be the same, or strict readers show blanks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_CHARSET, _CHAR_STRINGS, _ROS = 15, 17, 1230


def table(font: bytes) -> bytes | None:
    """Return the `CFF ` table of an OpenType font; None when it has none."""
    place = _place(font)
    return None if place is None else font[place[0] : place[0] + place[1]]


def is_cid_keyed(program: bytes) -> bool:
    """Tell whether a CFF program's glyphs go by CIDs, not by names."""
    return _ROS in _top(program)


def with_cids_as_numbered(font: bytes) -> bytes:
    """Return the same font, each glyph's CID its number; a font without CIDs stays as it is."""
    place = _place(font)
    if place is None:
        return font
    start, length = place
    program = font[start : start + length]
    top = _top(program)
    if _ROS not in top or _CHARSET not in top:
        return font
    (count,) = struct.unpack_from(">H", program, top[_CHAR_STRINGS])
    # One range of CIDs, never longer than what stood there: the shortest form for so many glyphs.
    if count <= 2:
        charset = struct.pack(">BH", 0, 1)[: 1 + 2 * (count - 1)]
    elif count - 2 <= 0xFF:
        charset = struct.pack(">BHB", 1, 1, count - 2)
    else:
        charset = struct.pack(">BHH", 2, 1, count - 2)
    at = start + top[_CHARSET]
    return font[:at] + charset + font[at + len(charset) :]


def _place(font: bytes) -> tuple[int, int] | None:
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, start, length = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == b"CFF ":
            return start, length
    return None


def _top(program: bytes) -> dict[int, int]:
    """Return the last operand of each operator of the Top DICT; two-byte operators as 1200 and their second byte."""
    start = _index(program, program[2])[1]
    first, _ = _index(program, start)
    return dict(_operators(program, *first))


def _index(program: bytes, at: int) -> tuple[tuple[int, int], int]:
    """Return where the first item of an INDEX lies, and where the INDEX ends."""
    count: int = struct.unpack_from(">H", program, at)[0]
    if not count:
        return (at + 2, at + 2), at + 2
    size = program[at + 2]
    base = at + 3 + (count + 1) * size - 1

    def offset(number: int) -> int:
        return base + int.from_bytes(program[at + 3 + number * size : at + 3 + (number + 1) * size], "big")

    return (offset(0), offset(1)), offset(count)


def _operators(program: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    operand = 0
    while at < end:
        byte = program[at]
        at += 1
        if byte == 12:
            yield 1200 + program[at], operand
            at += 1
        elif byte <= 21:
            yield byte, operand
        elif byte == 28:
            (operand,) = struct.unpack_from(">h", program, at)
            at += 2
        elif byte == 29:
            (operand,) = struct.unpack_from(">l", program, at)
            at += 4
        elif byte == 30:  # a real number, in half bytes until 0xf
            while program[at] & 0xF != 0xF:
                at += 1
            at += 1
        elif byte <= 246:
            operand = byte - 139
        elif byte <= 250:
            operand = (byte - 247) * 256 + program[at] + 108
            at += 1
        else:
            operand = -(byte - 251) * 256 - program[at] - 108
            at += 1
