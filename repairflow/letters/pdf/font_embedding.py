"""The fonts inside a letter: just the glyphs it shows, numbered without gaps.

The engine keeps a face's glyph numbers and leaves the places of all other glyphs empty, which makes up a third of a letter.
Here the places are closed: a CIDFont of TrueType outlines says by a map which code is which glyph, one of PostScript
outlines by the CIDs within its font program (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

from typing import Any

import pydyf
from weasyprint.pdf.fonts import Font

from repairflow.letters.fonts import cff
from repairflow.letters.fonts.harfbuzz import cut_glyphs
from repairflow.letters.fonts.subsets import is_cut


class TightFont(Font):  # type: ignore[misc]  # the library has no types
    """A font of the engine that is embedded with its used glyphs alone, where that is safe; else as the engine does it."""

    file_content: bytes
    glyph_map: bytes = (
        b""  # of TrueType outlines: for each code the glyph, two bytes each; empty when they are the same
    )

    def subset(self, to_unicode: dict[int, str], hinting: bool) -> None:
        if not self._shrink(to_unicode):
            super().subset(to_unicode, hinting)

    def _shrink(self, to_unicode: dict[int, str]) -> bool:
        postscript = "CFF " in self.tables
        if not to_unicode or self.missing or "fvar" in self.tables or (postscript and not is_cut(self.family)):
            return False
        shrunk = cut_glyphs(self.file_content, self.index, sorted(to_unicode))
        if shrunk is None:
            return False
        content, numbers = shrunk
        if postscript:
            program = cff.table(content)
            if program is None or not cff.is_cid_keyed(program):
                return False
        else:
            table = bytearray(2 * (max(to_unicode) + 1))
            for code, glyph in numbers.items():
                table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
            self.glyph_map = bytes(table)
        self.file_content = content
        return True


class TightFonts(dict[str, Any]):
    """The fonts of a document, each made tight as the engine enters it."""

    def __setitem__(self, key: str, font: Font) -> None:
        font.__class__ = TightFont
        super().__setitem__(key, font)

    def foreign(self) -> set[str]:
        """The characters without a glyph, and those from a face of PostScript outlines that is none of our cuts: the system
        stepped in with one, and strict readers would show them blank."""
        found = {chr(code) for font in self.values() for code in font.missing}
        for font in self.values():
            if "CFF " in font.tables and not is_cut(font.family):
                found.update("".join(font.to_unicode.values()))
        return found


def map_codes(fonts: TightFonts, pdf: pydyf.PDF) -> None:
    """Afterwards the CIDFonts of the finished `pdf` (pydyf) say which glyph each code is, and font programs of PostScript
    outlines stand alone (CIDFontType0C) without the tables around them."""
    from pydyf import Dictionary, Stream

    maps = {font.name: font.glyph_map for font in fonts.values() if font.glyph_map}
    for item in list(pdf.objects):
        if isinstance(item, Stream) and item.extra.get("Subtype") == "/OpenType":
            program = cff.table(item.stream[0])
            if program is not None and cff.is_cid_keyed(program):
                item.stream, item.extra["Subtype"] = [program], "/CIDFontType0C"
        elif isinstance(item, Dictionary) and item.get("Subtype") == "/CIDFontType2" and item["BaseFont"] in maps:
            stream = Stream([maps[item["BaseFont"]]], compress=True)
            pdf.add_object(stream)
            item["CIDToGIDMap"] = stream.reference
        elif isinstance(item, Dictionary) and item.get("Subtype") == "/CIDFontType0":
            item.pop("CIDToGIDMap", None)  # only TrueType outlines may have one
