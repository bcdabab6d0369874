"""The fonts inside a letter: just the glyphs it shows, numbered without gaps.

The engine keeps a face's glyph numbers and leaves the places of all other glyphs empty, which makes up a third of a letter.
Here the places are closed: a CIDFont of TrueType outlines says by a map which code is which glyph, one of PostScript
outlines by the CIDs within its font program (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

from typing import cast

from repairflow.letters.fonts import cff
from repairflow.letters.fonts.harfbuzz import cut_glyphs
from repairflow.letters.fonts.subsets import is_cut
from repairflow.letters.pdf.weasyprint_adapter import Dictionary, EngineFont, PdfObjects, Stream


class TightFont(EngineFont):
    """A font of the engine that is embedded with its used glyphs alone, where that is safe; else as the engine does it."""

    def shrink(self, used: list[int]) -> bool:
        """Embed the glyphs of these numbers alone; False, and nothing changed, where a reader could be misled."""
        if self.postscript and not is_cut(self.family_name):
            return False
        shrunk = cut_glyphs(*self.program(), used)
        if shrunk is None:
            return False
        content, numbers = shrunk
        if self.postscript:
            program = cff.table(content)
            if program is None or not cff.is_cid_keyed(program):
                return False
        else:
            table = bytearray(2 * (used[-1] + 1))
            for code, glyph in numbers.items():
                table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
            self.glyph_map = bytes(table)
        self.embed(content)
        return True


class TightFonts(dict[str, TightFont]):
    """The fonts of a document, each made tight as the engine enters it."""

    def __setitem__(self, key: str, font: EngineFont) -> None:
        font.__class__ = TightFont
        super().__setitem__(key, cast(TightFont, font))

    def foreign(self) -> set[str]:
        """Return the characters without a glyph, and those from a face of PostScript outlines that is none of our cuts: the
        system stepped in with one, and strict readers would show them blank."""
        found: set[str] = set()
        for font in self.values():
            found |= font.lacking
            if font.postscript and not is_cut(font.family_name):
                found.update(font.shown)
        return found


def map_codes(fonts: TightFonts, pdf: PdfObjects) -> None:
    """Make the CIDFonts of `pdf` say which glyph each code is, and font programs of PostScript outlines stand alone
    (CIDFontType0C) without the tables around them."""
    maps = {font.resource: font.glyph_map for font in fonts.values() if font.glyph_map}
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
